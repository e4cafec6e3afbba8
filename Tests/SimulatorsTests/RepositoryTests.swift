import Foundation
import Simulators
import Testing

@Suite("Simulated GitHub: repository")
struct RepositoryTests {
    @Test(
        "every document an observer requests matches GitHub's description",
        .enabled(if: SharedFolder.exists, "../shared is missing"))
    func contract() async throws {
        try await withSimulators { world in
            let gitHub = world.gitHub
            let first = try await gitHub.push(files: ["dploy.app": "app_name: s4d\n", "specs/a.json": "{}"])
            let second = try await gitHub.push(files: ["specs/a.json": "{ }", "dploy.app": nil])
            try await gitHub.createBranch("feature/one", at: first.after)
            let hook = gitHub.addHook(url: "http://127.0.0.1:1/dploy", secret: "s")
            let status: JSON = ["state": "success", "context": "dploy/observer", "description": "4 apps deployed"]
            let posted = try await gitHub.client.send(.post, "\(gitHub.path)/statuses/\(second.after)", status)
            #expect(posted.status == 201)
            for path in [
                "", "/hooks", "/hooks/\(hook.id)", "/hooks/\(hook.id)/config", "/hooks/\(hook.id)/deliveries",
                "/branches",
                "/branches/dcos", "/branches/feature/one", "/branches/feature%2Fone", "/git/ref/heads/feature/one",
                "/commits?sha=dcos&path=specs&per_page=1", "/commits/dcos", "/commits/\(second.after)",
                "/commits/feature/one", "/commits/dcos/status", "/commits/dcos/statuses",
                "/compare/\(first.after)...\(second.after)", "/contents/specs/a.json?ref=dcos",
                "/contents/specs?ref=dcos",
            ] {
                #expect(try await gitHub.client.send(.get, gitHub.path + path).status == 200, "\(path)")
            }
            for path in ["/", "/user", "/rate_limit", "/meta"] {
                #expect(try await gitHub.client.send(.get, path).status == 200, "\(path)")
            }
            #expect(gitHub.violations() == [])
        }
    }

    @Test(
        "violations of GitHub's description are recorded",
        .enabled(if: SharedFolder.exists, "../shared is missing"))
    func violations() async throws {
        try await withSimulators { world in
            let gitHub = world.gitHub
            _ = try await gitHub.client.send(.get, "\(gitHub.path)/hooks?size=3")
            _ = try await gitHub.client.send(.get, "\(gitHub.path)/webhooks")
            _ = try await gitHub.client.send(.post, "\(gitHub.path)/hooks", ["url": "http://example.com"])
            let hook = gitHub.addHook(url: "http://example.com/dploy")
            _ = try await gitHub.client.send(
                .patch, "\(gitHub.path)/hooks/\(hook.id)", ["config": ["content_type": "json"]])
            #expect(
                gitHub.violations() == [
                    "GET \(gitHub.path)/hooks: no parameter size",
                    "GET \(gitHub.path)/webhooks: no such operation",
                    "POST \(gitHub.path)/hooks: request/url: is not allowed",
                    "PATCH \(gitHub.path)/hooks/\(hook.id): request/config: url is missing",
                ])
        }
    }

    @Test("compare reports which of two commits is newer")
    func comparison() async throws {
        try await withSimulators { world in
            let gitHub = world.gitHub
            let one = try await gitHub.push(files: ["a": "1"]).after
            let two = try await gitHub.push(files: ["a": "2"]).after
            let forced = try await gitHub.push(files: ["a": "3"], force: true)
            #expect(forced.payload["forced"] == true)
            for (base, head, expected) in [
                (one, two, "ahead"), (two, one, "behind"), (two, two, "identical"), (two, forced.after, "diverged"),
            ] {
                let answer = try await gitHub.client.send(.get, "\(gitHub.path)/compare/\(base)...\(head)")
                #expect(answer.json["status"]?.string == expected)
            }
            #expect(try await gitHub.head() == forced.after)
        }
    }

    @Test("the archive is served by another origin, which must not receive the token")
    func archive() async throws {
        try await withSimulators { world in
            let gitHub = world.gitHub
            let push = try await gitHub.push([
                NewCommit(
                    "All sorts",
                    [
                        "run.sh": .executable("#!/bin/sh\n"), "link": .symlink(to: "run.sh"),
                        "specs/a.json": .text("{}"),
                    ])
            ])
            let answer = try await gitHub.client.send(.get, "\(gitHub.path)/tarball/\(push.after)")
            #expect(answer.status == 200)
            #expect(answer.body.prefix(2) == [0x1f, 0x8b])
            #expect(gitHub.requests(.get, "\(gitHub.path)/tarball/*").first?.status == 302)
            let archive = try #require(gitHub.codeload.requests().first)
            #expect(archive.headers["Authorization"] == nil)
            #expect(gitHub.violations() == [])
            _ = try await Client(base: gitHub.codeload.url, headers: ["Authorization": "Bearer x"]).send(
                .get, archive.path)
            #expect(gitHub.violations().count == 1)
        }
    }

    @Test("a request with a matching ETag does not count against the rate limit")
    func entityTags() async throws {
        try await withSimulators { world in
            let gitHub = world.gitHub
            try await gitHub.push(files: ["a": "1"])
            let first = try await gitHub.client.send(.get, "\(gitHub.path)/branches/dcos")
            let tag = try #require(first.headers["ETag"])
            let left = first.headers["x-ratelimit-remaining"]
            let again = try await gitHub.client.send(
                .get, "\(gitHub.path)/branches/dcos", headers: ["If-None-Match": tag])
            #expect(again.status == 304)
            #expect(again.headers["x-ratelimit-remaining"] == left)
            try await gitHub.push(files: ["a": "2"])
            let changed = try await gitHub.client.send(
                .get, "\(gitHub.path)/branches/dcos", headers: ["If-None-Match": tag])
            #expect(changed.status == 200)
        }
    }

    @Test("tags, deletions and multiple commits have their own payloads")
    func payloads() async throws {
        try await withSimulators { world in
            let gitHub = world.gitHub
            let push = try await gitHub.push([NewCommit("one", ["a": .text("1")]), NewCommit("two", ["b": .text("2")])])
            #expect(push.payload["created"] == true)
            #expect(push.payload["commits"]?.array?.map { $0["message"] } == ["one", "two"])
            #expect(push.payload["head_commit"]?["added"] == ["b"])
            let tag = try await gitHub.createTag("v1")
            #expect(tag.ref == "refs/tags/v1")
            #expect(tag.payload["commits"] == [])
            let gone = try await gitHub.deleteBranch("dcos")
            #expect(gone.payload["deleted"] == true)
            #expect(gone.payload["head_commit"] == .null)
            #expect(try await gitHub.head() == nil)
        }
    }

    @Test(
        "push and ping payloads match GitHub's schemas",
        .enabled(if: SharedFolder.exists, "../shared is missing"))
    func payloadSchemas() async throws {
        let schemas = try SharedFolder.schemas(in: "github-payloads/schemas")
        try await withSimulators { world in
            let gitHub = world.gitHub
            world.mesosDNS.inject(Fault(.post, "/dploy", effect: .status(200)))
            let config: JSON = ["url": .string(world.mesosDNS.url + "/dploy"), "content_type": "json", "secret": "s"]
            _ = try await gitHub.client.send(
                .post, "\(gitHub.path)/hooks", ["name": "web", "events": ["*"], "config": config])
            try await gitHub.waitForDelivery(of: "ping")
            try await gitHub.push(files: ["a": "1", "b": "2"])
            try await gitHub.push(files: ["a": nil, "b": "3"], force: true)
            try await gitHub.createTag("v1")
            try await gitHub.deleteTag("v1")
            for delivery in gitHub.deliveries() where ["push", "ping"].contains(delivery.event) {
                let schema = "github-payloads/schemas/\(delivery.event)/event.schema.json"
                #expect(schemas.problems(of: delivery.payload, by: schema) == [])
            }
            #expect(gitHub.deliveries().count { $0.event == "push" } == 4)
        }
    }
}
