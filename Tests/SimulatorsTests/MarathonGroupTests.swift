import Simulators
import Testing

@Suite("Marathon's groups")
struct MarathonGroupTests {
    private let group: JSON = [
        "id": "/shop",
        "apps": [["id": "web", "cmd": "x", "dependencies": ["../shop/db"]], ["id": "db", "cmd": "x"]],
        "groups": [["id": "cache", "apps": [["id": "redis", "cmd": "x"]]]],
    ]

    @Test("a group is created by PUT with its apps, in the order of their dependencies")
    func creation() async throws {
        try await withSimulators { world in
            let marathon = world.marathon
            marathon.setBehaviour(.noOffers, of: "/shop/db")
            let created = try await marathon.client.send(.put, "/v2/groups/shop", group)
            #expect(created.status == 200)
            let steps = try #require(marathon.deployments().first).steps
            #expect(
                steps.map { $0.map(\.app).sorted() } == [
                    ["/shop/cache/redis", "/shop/db", "/shop/web"], ["/shop/cache/redis", "/shop/db"], ["/shop/web"],
                ])
            marathon.setBehaviour(.healthy(after: .milliseconds(20)), of: "/shop/db")
            try await marathon.waitUntilReady("/shop/web")
            let read = try await marathon.client.send(.get, "/v2/groups/shop").json
            #expect(read["groups"]?[0]?["apps"]?[0]?["id"] == "/shop/cache/redis")
            #expect(marathon.violations() == [])
        }
    }

    @Test("sets that are present replace, sets that are absent are kept")
    func replacement() async throws {
        try await withSimulators { world in
            let marathon = world.marathon
            for id in ["/shop/web", "/shop/db", "/shop/cache/redis"] {
                marathon.createApp(["id": .string(id), "cmd": "x"])
            }
            let update: JSON = ["apps": [["id": "web", "cmd": "y"]]]
            let dry = try await marathon.client.send(.put, "/v2/groups/shop?dryRun=true", update)
            #expect(dry.json["steps"]?[0]?["actions"]?[0] == ["action": "StopApplication", "app": "/shop/db"])
            #expect(marathon.app("/shop/db") != nil)
            _ = try await marathon.client.send(.put, "/v2/groups/shop", update)
            #expect(marathon.apps().map(\.id) == ["/shop/cache/redis", "/shop/web"])
            try await marathon.wait(for: "the end") { $0.deployments.isEmpty ? true : nil }
            _ = try await marathon.client.send(.put, "/v2/groups/shop", ["groups": []])
            #expect(marathon.apps().map(\.id) == ["/shop/web"])
        }
    }

    @Test(
        "what Marathon refuses, and how it says so",
        arguments: [
            Refused("a group that is there", .post, "/v2/groups", ["id": "/there"], 409, "already created. Use PUT"),
            Refused(
                "an id that is no child", .put, "/v2/groups/shop", ["apps": [["id": "/web", "cmd": "x"]]], 422,
                "Identifier is not child of /shop."),
            Refused(
                "a cycle", .put, "/v2/groups/shop",
                [
                    "apps": [
                        ["id": "a", "cmd": "x", "dependencies": ["b"]], ["id": "b", "cmd": "x", "dependencies": ["a"]],
                    ]
                ], 422, "cyclic"),
            Refused("an app with the id of a group", .put, "/v2/apps/there", ["cmd": "x"], 422, "same identifier"),
            Refused("an unknown group", .get, "/v2/groups/nope", nil, 404, "Group '/nope' does not exist"),
            Refused(
                "wrong types", .put, "/v2/apps/x", ["cpus": "1"], 400,
                #"{"errors":["error.expected.jsnumber"],"path":"/cpus"}"#),
            Refused(
                "a mapping's wrong type", .put, "/v2/apps/x",
                ["container": ["docker": ["image": "i", "portMappings": [["hostPort": "0"]]]]], 400,
                "/container/docker/portMappings(0)/hostPort"),
            Refused("no id", .post, "/v2/apps", ["cmd": "x"], 400, "error.path.missing"),
            Refused(
                "nothing to run", .put, "/v2/apps/x", ["mem": 32], 422, "AppDefinition must either contain one of 'cmd'"
            ),
            Refused("an upper case id", .put, "/v2/apps/X", ["cmd": "x"], 422, "must fully match regular expression"),
            Refused(
                "a version with something else", .put, "/v2/apps/there/app",
                ["version": "2016-05-08T18:48:06.000Z", "mem": 1], 422, "version"),
            Refused("a patch of nothing", .patch, "/v2/apps/x", ["mem": 1], 404, "App '/x' does not exist"),
        ])
    func refusals(_ refused: Refused) async throws {
        try await withSimulators { world in
            world.marathon.createApp(["id": "/there/app", "cmd": "x"])
            let answer = try await world.marathon.client.send(refused.method, refused.path, refused.body)
            #expect(answer.status == refused.status)
            #expect(answer.text.contains(refused.message), "\(answer.text)")
        }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var method: RequestMethod
        var path: String
        var body: JSON?
        var status: Int
        var message: String

        init(_ name: String, _ method: RequestMethod, _ path: String, _ body: JSON?, _ status: Int, _ message: String) {
            (testDescription, self.method, self.path, self.body) = (name, method, path, body)
            (self.status, self.message) = (status, message)
        }
    }
}
