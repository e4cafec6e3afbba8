import Foundation
import Testing

@testable import ObserverEngine

@Suite("The doctor's findings")
struct FindingTests {
    private static let now = Date(timeIntervalSince1970: 1_700_000_000)
    private static let repository = RepositoryName(owner: "o", name: "r")

    private static func grant(
        scopes: [String]? = nil, expiresIn seconds: Double? = nil, clockOff: Double? = nil, name: String = "o/r"
    ) -> TokenGrant {
        TokenGrant(
            scopes: scopes, expiresAt: seconds.map { now.addingTimeInterval($0) }, repository: name,
            answeredAt: clockOff.map { now.addingTimeInterval($0) })
    }

    @Test(
        "a classic token is checked for its scopes",
        arguments: [
            (nil, .ok), (["repo"], .ok), (["admin:repo_hook", "repo:status"], .ok), (["admin:repo_hook"], .warning),
            (["repo:status"], .failure), ([], .failure),
        ] as [([String]?, Finding.Verdict)])
    func token(scopes: [String]?, verdict: Finding.Verdict) {
        #expect(Finding.token(.success(Self.grant(scopes: scopes))).verdict == verdict)
    }

    @Test(
        "a token that expires within two weeks is a warning",
        arguments: [(nil, .ok), (30, .ok), (13, .warning), (-1, .failure)] as [(Double?, Finding.Verdict)])
    func expiry(days: Double?, verdict: Finding.Verdict) {
        let grant = Self.grant(expiresIn: days.map { $0 * 86_400 })
        #expect(Finding.expiry(of: grant, now: Self.now).verdict == verdict)
    }

    @Test(
        "the clock may differ from GitHub's by 30 seconds",
        arguments: [
            (0, .ok), (30, .ok), (-30, .ok), (31, .warning), (-300, .warning), (301, .failure), (-4000, .failure),
            (nil, .warning),
        ] as [(Double?, Finding.Verdict)])
    func clock(offset: Double?, verdict: Finding.Verdict) {
        #expect(Finding.clock(of: Self.grant(clockOff: offset), now: Self.now).verdict == verdict)
    }

    @Test("a renamed repository is reported with its new name")
    func renamed() {
        #expect(Finding.repository(Self.repository, of: Self.grant(name: "O/R")).verdict == .ok)
        let renamed = Finding.repository(Self.repository, of: Self.grant(name: "o/new"))
        #expect(renamed.verdict == .failure && renamed.text.contains("o/new"))
    }

    @Test(
        "free disk space is checked in megabytes",
        arguments: [(99, .failure), (100, .warning), (999, .warning), (1000, .ok)] as [(Int64, Finding.Verdict)])
    func disk(megabytes: Int64, verdict: Finding.Verdict) {
        let disk = DiskSpace(path: "/s", free: megabytes * 1_000_000, isWritable: true)
        #expect(Finding.disk(disk).verdict == verdict)
    }

    @Test("a directory that is not writable is a failure with any free space")
    func readOnly() {
        #expect(Finding.disk(DiskSpace(path: "/s", free: 1 << 40, isWritable: false)).verdict == .failure)
    }

    @Test(
        "the webhook is checked by its last response",
        arguments: [
            (nil, .ok), (.init(code: nil, status: "unused"), .ok), (.init(code: 202), .ok),
            (.init(code: 502, message: "Bad Gateway"), .failure),
            (.init(code: 0, status: "failed to connect"), .failure),
        ] as [(GitHubHook.LastResponse?, Finding.Verdict)])
    func lastAnswer(response: GitHubHook.LastResponse?, verdict: Finding.Verdict) throws {
        let desired = DesiredWebhook(publicURL: try ServiceURL("http://n:1"), secret: Secret("s"))
        let hook = GitHubHook(
            id: 7, events: ["push"],
            config: .init(url: desired.url, contentType: "json", insecureSsl: "0", secret: "********"),
            lastResponse: response)
        let finding = Finding.webhook(desired: desired, actual: .success([hook]), seen: nil)
        #expect(finding.verdict == verdict, "\(finding)")
    }

    @Test("a missing webhook is a failure only while an observer is running")
    func missingHook() throws {
        let desired = DesiredWebhook(publicURL: try ServiceURL("http://n:1"), secret: Secret("s"))
        let running = HookState(registration: .registered, id: 7)
        #expect(Finding.webhook(desired: desired, actual: .success([]), seen: nil).verdict == .warning)
        #expect(Finding.webhook(desired: desired, actual: .success([]), seen: running).verdict == .failure)
        let removed = HookState(registration: .removed)
        #expect(
            Finding.webhook(desired: desired, actual: .success([]), seen: removed).remedy
                == "Run: observer register, or observer pause to stop deployments.")
    }
}
