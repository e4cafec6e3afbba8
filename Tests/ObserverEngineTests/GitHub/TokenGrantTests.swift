import Foundation
import NIOHTTP1
import Testing

@testable import ObserverEngine

@Suite("Permissions of a token")
struct TokenGrantTests {
    private static let now = Date(timeIntervalSince1970: 1_700_000_000)

    private func grant(_ scopes: [String]?, expiresIn seconds: Double? = nil) -> TokenGrant {
        TokenGrant(scopes: scopes, expiresAt: seconds.map { Self.now + $0 }, repository: "o/r")
    }

    @Test(
        "follow from its scopes",
        arguments: [
            (["repo"], true, true), (["admin:repo_hook"], true, false),
            (["write:repo_hook", "repo:status"], true, true),
            (["repo:status"], false, true), (["read:repo_hook"], false, false), (["gist"], false, false),
            ([], false, false),
            // It sees public repositories only, so this one is public.
            (["public_repo"], true, true),
        ])
    func scopes(scopes: [String], hooks: Bool, statuses: Bool) {
        #expect(grant(scopes).managesHooks == hooks)
        #expect(grant(scopes).reportsStatuses == statuses)
        #expect(grant(scopes).warnings(now: Self.now).count == (hooks ? 0 : 1) + (statuses ? 0 : 1))
    }

    @Test("missing scopes are named")
    func lacking() {
        #expect(
            grant(["gist", "user"]).warnings(now: Self.now) == [
                "The token can't manage webhooks: its scopes are gist, user; grant admin:repo_hook or repo.",
                "The token can't report commit statuses: its scopes are gist, user; grant repo:status.",
            ])
        #expect(grant([]).warnings(now: Self.now).first?.contains("its scopes are none;") == true)
        #expect(grant([]).summary == "classic token with scopes (none)")
    }

    @Test(
        "expire with it, with a warning in the last seven days",
        arguments: [(167.9, "in 6 days and 23 hours"), (1.0, "in 0 days and 1 hours"), (-1.0, "in 0 days and 0 hours")])
    func expiry(hours: Double, text: String) {
        let warnings = grant(["repo"], expiresIn: hours * 3600).warnings(now: Self.now)
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains(text) == true)
    }

    @Test("without a warning before the last seven days")
    func lateExpiry() {
        #expect(grant(["repo"], expiresIn: 168.1 * 3600).warnings(now: Self.now) == [])
    }

    @Test(
        "are read from the headers of a response",
        arguments: [
            ("2026-12-01 12:00:00 UTC", 1_796_126_400), ("2026-12-01 14:00:00 +0200", 1_796_126_400),
            ("2026-12-01 12:00:00 -0000", 1_796_126_400),
        ])
    func expiryHeader(value: String, seconds: Double) {
        let grant = TokenGrant(
            headers: ["github-authentication-token-expiration": value, "x-oauth-scopes": ""], repository: "o/r")
        #expect(grant.expiresAt == Date(timeIntervalSince1970: seconds))
        #expect(grant.scopes == [])
    }

    @Test("a date that can't be read is ignored")
    func unreadable() {
        let grant = TokenGrant(headers: ["github-authentication-token-expiration": "soon"], repository: "o/r")
        #expect(grant.expiresAt == nil)
        #expect(grant.scopes == nil)
    }
}
