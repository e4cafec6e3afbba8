import Foundation
import NIOHTTP1
import Simulators
import Testing

@testable import ObserverEngine

/// A public address that a test assumes to be valid.
func publicURL(_ text: String) -> ServiceURL {
    do {
        return try ServiceURL(text)
    } catch {
        Issue.record("'\(text)' \(error)")
        return ServiceURL(host: "invalid", port: 0)
    }
}

@Suite("The desired webhook")
struct DesiredWebhookTests {
    private static let token = Secret("4simulatedsimulatedsimulatedsimulatedsic")
    private let hook = DesiredWebhook(publicURL: publicURL("http://52.37.239.156:8849"), secret: Secret("hush"))

    @Test("is created with every documented field")
    func creation() throws {
        #expect(
            try JSON(parsing: Array(hook.creation)) == [
                "name": "web", "active": true, "events": ["push"],
                "config": [
                    "url": "http://52.37.239.156:8849/dploy", "content_type": "json", "insecure_ssl": "0",
                    "secret": "hush",
                ],
            ])
    }

    @Test("is always updated with its secret: GitHub erases an omitted one")
    func update() throws {
        let body = try JSON(parsing: Array(hook.update))
        #expect(body["config"]?["secret"] == "hush")
        #expect(body["config"]?["url"] == "http://52.37.239.156:8849/dploy")
        #expect(body["name"] == nil)
    }

    @Test("is below the path of a public address")
    func path() {
        let hook = DesiredWebhook(publicURL: publicURL("https://proxy.example.com/observer/"), secret: Secret("hush"))
        #expect(hook.url == "https://proxy.example.com/observer/dploy")
    }

    @Test("is logged as documented, without its secret")
    func documented() {
        #expect(
            hook.documentedLine
                == #"Hook: github.Hook{Name:"web", Active:true, Config:map[url:http://52.37.239.156:8849/dploy]}"#)
        let actual = GitHubHook(
            id: 8_319_869, events: ["push"], config: .init(url: "http://localhost:8888/dploy", secret: "hush"))
        #expect(
            actual.documented
                == #"github.Hook{Name:"web", Events:["push"], Active:true, Config:map[url:http://localhost:8888/dploy], ID:8319869}"#
        )
    }

    @Test("has a secret that depends on the token and the repository only")
    func secret() {
        let secret = { HookSecret.derived(from: $0, repository: RepositoryName(owner: $1, name: "s4d")) }
        // Computed by another implementation of RFC 5869.
        #expect(
            secret(Self.token, "mhausenblas").value
                == "0ebeccfa88c7eccd8f5c4cd9dbf1f5c729a32058c49ea2a2c912f26cc024305a")
        #expect(secret(Self.token, "MHausenblas") == secret(Self.token, "mhausenblas"))
        #expect(secret(Self.token, "other") != secret(Self.token, "mhausenblas"))
        #expect(secret(Secret("another"), "mhausenblas") != secret(Self.token, "mhausenblas"))
    }

    @Test("a webhook from GitHub is decoded, with verification as a string or a number", arguments: ["\"1\"", "1"])
    func reading(verification: String) throws {
        let json = """
            {"id":7,"name":"web","active":true,"events":["push"],"config":{"url":"http://x/dploy",
            "content_type":"json","insecure_ssl":\(verification),"secret":"********"},"updated_at":"2026-01-01T00:00:00Z"}
            """
        let hook = try JSONResponse(status: 200, headers: [:], body: Data(json.utf8))
            .decode(GitHubHook.self, keys: .convertFromSnakeCase)
        #expect(hook.config.insecureSsl == "1")
        #expect(hook.config.contentType == "json")
    }
}
