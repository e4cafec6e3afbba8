import Foundation
import NIOHTTP1
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Malformed lists from GitHub")
struct OddListTests {
    private static let hooks = "/repos/mhausenblas/s4d/hooks"

    @Test("a list of deliveries whose pages form a loop ends")
    func circle() async throws {
        try await withGitHub { gitHub, client in
            let next: HeaderFields = ["Link": #"<\#(gitHub.url)/?cursor=again>; rel="next""#]
            gitHub.inject(
                Fault(
                    .get, Self.hooks + "/1/deliveries",
                    effect: .status(200, headers: next, body: #"[{"id":1,"guid":"1","event":"ping"}]"#)))
            var pages = 0
            try await client.deliveries(of: 1) { _ in
                pages += 1
                return true
            }
            #expect(pages == 1)
            #expect(gitHub.requests(.get, Self.hooks + "/1/deliveries").count == 2)
        }
    }

    @Test("a list of webhooks whose pages form a loop ends, and contains each once")
    func circleOfHooks() async throws {
        try await withGitHub { gitHub, client in
            let next: HeaderFields = ["Link": #"<\#(gitHub.url)/?page=2>; rel="next""#]
            gitHub.inject(Fault(.get, Self.hooks, effect: .status(200, headers: next, body: #"[{"id":1}]"#)))
            let hooks = try await client.hooks()
            #expect(hooks.map(\.id) == [1])
            #expect(gitHub.requests(.get, Self.hooks).count == 2)
        }
    }

    @Test("deliveries without a result are read, and elements that are not deliveries are skipped")
    func oddDeliveries() async throws {
        let list =
            #"[{"id":1,"guid":"a","event":"push","status":null,"status_code":null,"delivered_at":null},null,"#
            + #"{"id":"x"},{"id":2,"guid":"b","event":"push"},"#
            + #"{"id":3,"guid":"c","event":"push","status":"OK","status_code":200,"delivered_at":"2026-01-01T00:00:00Z"}]"#
        try await withGitHub { gitHub, client in
            gitHub.inject(Fault(.get, Self.hooks + "/1/deliveries", effect: .status(200, body: list)))
            var guids: [String] = []
            try await client.deliveries(of: 1) { page in
                guids += page.map(\.guid)
                return true
            }
            #expect(guids == ["a", "b", "c"])
        }
    }

    @Test(
        "a malformed webhook does not hide the others",
        arguments: [
            #"{"id":1,"name":"web","active":true,"events":["push"],"config":{"url":"http://x","insecure_ssl":true}}"#,
            #"{"id":1,"name":"web","active":true,"events":["push"],"config":{"url":"http://x","insecure_ssl":[]}}"#,
            #"{"id":1,"name":"web","active":true,"events":["push"],"config":{"content_type":7,"secret":true,"url":1}}"#,
            #"{"id":1,"name":"web","active":true,"events":null,"config":{}}"#,
            #"{"id":1,"name":"web","events":["push"],"config":null,"last_response":[]}"#,
            #"{"name":"web"}"#, "null", "7",
        ])
    func oddHook(odd: String) async throws {
        let own =
            #"{"id":2,"name":"web","active":true,"events":["push"],"config":{"url":"http://y","content_type":"json"}}"#
        try await withGitHub { gitHub, client in
            gitHub.inject(Fault(.get, Self.hooks, effect: .status(200, body: "[\(odd),\(own)]")))
            let hooks = try await client.hooks()
            #expect(hooks.last?.id == 2)
            #expect(hooks.last?.config.contentType == "json")
        }
    }

    @Test("a delivery may be as large as GitHub allows")
    func largeDelivery() async throws {
        let text = String(repeating: "x", count: 25 * 1024 * 1024)
        try await withGitHub { gitHub, client in
            gitHub.inject(
                Fault(
                    .get, Self.hooks + "/1/deliveries/2",
                    effect: .status(200, body: #"{"request":{"payload":{"text":"\#(text)"}}}"#)))
            let detail = try await client.delivery(2, of: 1)
            #expect(detail.request?.payload != nil)
        }
    }

    @Test(
        "the next page is found in any form of the header",
        arguments: [
            (["<http://x/?cursor=v1>; rel=\"next\""], "v1"),
            (["<http://x/?cursor=v0>; rel=\"prev\"", "<http://x/?cursor=v1>; rel=\"next\""], "v1"),
            (["<http://x/?cursor=v0>; rel=\"prev\", <http://x/?cursor=v1>; rel=\"next\""], "v1"),
            (["<http://x/?cursor=v1>; rel=next"], "v1"),
            (["<http://x/?cursor=v1>;title=\"t\";REL=\"last next\""], "v1"),
            (["<http://x/?cursor=v1>; rel=\"prev\""], nil), (["<http://x/?rel=next>"], nil), ([], nil),
        ] as [([String], String?)])
    func links(lines: [String], cursor: String?) {
        #expect(PageLink.nextCursor(in: HTTPHeaders(lines.map { ("Link", $0) })) == cursor)
    }

    @Test("\"not modified\" is an error for an unconditional request")
    func unmodified() async throws {
        try await withGitHub { gitHub, client in
            gitHub.inject(Fault(.get, "/repos/mhausenblas/s4d/branches/dcos", effect: .status(304)))
            let error = await #expect(throws: GitHubError.self) {
                _ = try await client.branch("dcos", unlessMatching: nil)
            }
            #expect(error?.reason == .unexpected(status: 304, message: ""))
            let unmodified = try await client.branch("dcos", unlessMatching: "tag")
            #expect(unmodified == nil)
        }
    }
}
