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
        #expect(renamed.verdict == .warning && renamed.text.contains("o/new"))
    }

    @Test(
        "free disk space is checked in megabytes",
        arguments: [(99, .failure), (100, .warning), (999, .warning), (1000, .ok)] as [(Int64, Finding.Verdict)])
    func disk(megabytes: Int64, verdict: Finding.Verdict) {
        let disk = DiskSpace(path: "/s", free: megabytes * 1_000_000, isWritable: true)
        #expect(Finding.disk(disk).verdict == verdict)
    }

    @Test(
        "free disk space is shown in a unit of its size",
        arguments: [(999, "999 MB"), (1234, "1.2 GB"), (77_013, "77.0 GB")])
    func units(megabytes: Int64, text: String) {
        let disk = DiskSpace(path: "/s", free: megabytes * 1_000_000, isWritable: true)
        #expect(Finding.disk(disk).text.contains("/s has \(text) free"))
    }

    @Test("a file in place of the state directory is a failure")
    func file() throws {
        let path = try temporaryDirectory() + "/file"
        try Data().write(to: URL(filePath: path))
        let finding = Finding.disk(DiskSpace(at: StateLocation(path: path)))
        #expect(finding.verdict == .failure && finding.text == "\(path) is not a directory.")
    }

    @Test(
        "an address that GitHub can't reach is a warning",
        arguments: [
            ("http://127.0.0.1:8888", true), ("http://localhost:8888", true), ("http://[::1]:8888", true),
            ("http://10.1.2.3:8888", true), ("https://192.168.0.1", true), ("http://[fd00::1]:8888", true),
            ("http://100.64.0.1:1", true), ("http://169.254.1.1:1", true), ("http://172.32.0.1:1", false),
            ("http://52.37.239.156:8888", false), ("https://observer.example.com", false),
        ])
    func unreachable(url: String, isWarning: Bool) throws {
        for responder in [Finding.Responder.unchecked, .thisObserver] {
            let finding = Finding.address(
                try ServiceURL(url), responder: responder, gitHub: try ServiceURL("https://api.github.com"))
            #expect((finding.verdict == .warning) == isWarning, "\(finding)")
            #expect((finding.remedy != nil) == isWarning)
        }
    }

    @Test("a private address is fine for a GitHub Enterprise Server, a loopback address is not")
    func enterprise() throws {
        let server = try ServiceURL("https://ghe.corp/api/v3")
        let finding = { Finding.address(try ServiceURL($0), responder: .unchecked, gitHub: server).verdict }
        #expect(try finding("http://10.1.2.3:8888") == .ok)
        #expect(try finding("http://127.0.0.1:8888") == .warning)
    }

    @Test("every problem has a remedy, and ends as a sentence")
    func remedies() throws {
        let url = try ServiceURL("http://10.0.0.1:1")
        let gitHub = try ServiceURL("https://api.github.com")
        let errors = [
            GitHubError.Reason.tokenRefused, .notFound, .rateLimited, .unavailable(status: 502),
            .forbidden(.missingScope(["repo"])), .forbidden(.singleSignOn(url: nil)),
            .forbidden(.missingPermission(nil)),
            .unexpected(status: 418, message: "teapot"), .invalid([], message: "no"),
        ].map { GitHubError(operation: "do it", repository: Self.repository, reason: $0, retryAfter: nil) }
        let desired = DesiredWebhook(publicURL: url, secret: Secret("s"))
        let files = TLSFiles(certificate: "/nowhere", key: "/nowhere")
        let invalid = ConfigurationError(problems: [.init(source: "-owner", sentence: "is missing.")])
        let failure = ControlClient.Failure(status: 401, description: "No.")
        var findings = errors.flatMap { error in
            [
                Finding.token(.failure(error)), .branch("b", head: .failure(error)),
                .webhook(desired: desired, actual: .failure(error), seen: nil),
            ]
        }
        findings += [
            .address(nil, responder: .unchecked, gitHub: gitHub), .address(url, responder: .other, gitHub: gitHub),
            .address(url, responder: .unreachable("no"), gitHub: gitHub), .certificate(files, now: Self.now),
            .clock(of: Self.grant(clockOff: nil), now: Self.now), .settings(warnings: ["Careful."]),
            .settings(warnings: ["Careful."], obstacles: ["Can't start."]),
            .settings(invalid, isObserved: true), .settings(invalid, isObserved: false), .observer(failure),
            .webhookWithoutAddress, .webhookRemoved, .observerUnknown,
            .expiry(of: Self.grant(expiresIn: 1), now: Self.now),
        ]
        for finding in findings {
            #expect(finding.verdict != .ok && finding.remedy != nil, "\(finding)")
            #expect(finding.text.hasSuffix("."), "\(finding)")
        }
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
        let removing = HookState(registration: .removing, id: 7, problem: "GitHub has not confirmed that.")
        for finding in [
            Finding.webhook(desired: desired, actual: .success([]), seen: removing), Finding.webhook(seen: removing),
        ] {
            #expect(finding.verdict == .failure && finding.text == "GitHub has not confirmed that.")
            #expect(finding.remedy?.hasPrefix("Wait for the next attempt") == true)
        }
    }
}
