import Simulators
import Testing

@Suite("Simulated Marathon: groups")
struct MarathonGroupTests {
    private let group: JSON = [
        "id": "/shop",
        "apps": [["id": "web", "cmd": "x", "dependencies": ["../shop/db"]], ["id": "db", "cmd": "x"]],
        "groups": [["id": "cache", "apps": [["id": "redis", "cmd": "x"]]]],
    ]

    @Test("PUT creates a group with its apps, in dependency order")
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

    @Test("sets in an update replace the old ones, missing sets are kept")
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
            try await marathon.wait(for: "the deployment to finish") { $0.deployments.isEmpty ? true : nil }
            _ = try await marathon.client.send(.put, "/v2/groups/shop", ["groups": []])
            #expect(marathon.apps().map(\.id) == ["/shop/web"])
        }
    }

    @Test(
        "invalid requests are rejected with Marathon's messages",
        arguments: [
            Rejected("an existing group", .post, "/v2/groups", ["id": "/there"], 409, "already created. Use PUT"),
            Rejected(
                "an id outside the group", .put, "/v2/groups/shop", ["apps": [["id": "/web", "cmd": "x"]]], 422,
                "Identifier is not child of /shop."),
            Rejected(
                "a cycle", .put, "/v2/groups/shop",
                [
                    "apps": [
                        ["id": "a", "cmd": "x", "dependencies": ["b"]], ["id": "b", "cmd": "x", "dependencies": ["a"]],
                    ]
                ], 422, "cyclic"),
            Rejected("an app with the id of a group", .put, "/v2/apps/there", ["cmd": "x"], 422, "same identifier"),
            Rejected("an unknown group", .get, "/v2/groups/nope", nil, 404, "Group '/nope' does not exist"),
            Rejected(
                "wrong types", .put, "/v2/apps/x", ["cpus": "1"], 400,
                #"{"errors":["error.expected.jsnumber"],"path":"/cpus"}"#),
            Rejected(
                "a wrong type in a port mapping", .put, "/v2/apps/x",
                ["container": ["docker": ["image": "i", "portMappings": [["hostPort": "0"]]]]], 400,
                "/container/docker/portMappings(0)/hostPort"),
            Rejected("a missing id", .post, "/v2/apps", ["cmd": "x"], 400, "error.path.missing"),
            Rejected(
                "no command or container", .put, "/v2/apps/x", ["mem": 32], 422,
                "AppDefinition must either contain one of 'cmd'"
            ),
            Rejected("an uppercase id", .put, "/v2/apps/X", ["cmd": "x"], 422, "must fully match regular expression"),
            Rejected(
                "a version with other members", .put, "/v2/apps/there/app",
                ["version": "2016-05-08T18:48:06.000Z", "mem": 1], 422, "version"),
            Rejected("a patch of an unknown app", .patch, "/v2/apps/x", ["mem": 1], 404, "App '/x' does not exist"),
        ])
    func rejections(_ rejected: Rejected) async throws {
        try await withSimulators { world in
            world.marathon.createApp(["id": "/there/app", "cmd": "x"])
            let answer = try await world.marathon.client.send(rejected.method, rejected.path, rejected.body)
            #expect(answer.status == rejected.status)
            #expect(answer.text.contains(rejected.message), "\(answer.text)")
        }
    }

    struct Rejected: Sendable, CustomTestStringConvertible {
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
