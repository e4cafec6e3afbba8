import Foundation
import ObserverEngine
import Testing

@testable import observer

@Suite("The output of why")
struct WhyPageTests {
    private static let now = Date(timeIntervalSince1970: 1_700_000_000)

    private static func ago(_ seconds: Double) -> Date { now.addingTimeInterval(-seconds) }

    @Test("each step has its time, and what came later is listed")
    func steps() {
        let row = DeploymentSummary(
            id: 7, branch: "dcos", commit: String(repeating: "a", count: 40), trigger: .delivery, stage: .succeeded,
            queuedAt: Self.ago(4000)
        ) {
            $0.message = "Make the buttons bigger"
            $0.author = "Ann"
            $0.startedAt = Self.ago(3998)
            $0.finishedAt = Self.ago(3960)
        }
        let failed = DeploymentSummary(
            id: 8, branch: "dcos", commit: String(repeating: "b", count: 40), trigger: .delivery, stage: .failed,
            queuedAt: Self.ago(100)
        ) {
            $0.finishedAt = Self.ago(60)
            $0.outcome = "Not healthy"
        }
        let change = AppChange(appID: "/web", kind: .updated, fields: [.init(path: "/mem", before: "32", after: "64")])
        let history = AppHistory(id: "/web", app: AppSummary(id: "/web", healthy: 2, wanted: 2)) {
            $0.cause = DeploymentDetail(summary: row, changes: [change], externalIDs: ["9f1c"])
            $0.delivery = DeliverySummary(
                id: 12, guid: "g", event: "push", receivedAt: Self.ago(4000), verdict: .accepted)
            $0.newer = [failed]
            $0.obstacles = ["Head bbbbbbb is not deployed: its deployment 8 failed."]
        }
        let page = WhyPage(history: history)
        #expect(
            page.lines(in: TextStyle(now: Self.now)) == [
                "app         /web",
                "commit      aaaaaaa  Make the buttons bigger",
                "author      Ann",
                "push        2023-11-14T21:06:40Z, delivery 12",
                "deployment  #7, trigger push",
                "queued      2023-11-14T21:06:40Z",
                "started     2023-11-14T21:06:42Z, 2 s later",
                "change      updated, /mem 32 → 64",
                "applied as  9f1c",
                "healthy     2023-11-14T21:07:20Z, 38 s later",
                "now         2/2 healthy",
                "since then  #8 of bbbbbbb failed, 1m ago: Not healthy",
                "            Head bbbbbbb is not deployed: its deployment 8 failed.",
            ])
    }

    @Test("an app that does not exist is reported as such, first")
    func missing() {
        let page = WhyPage(history: AppHistory(id: "/web"))
        #expect(page.lines(in: TextStyle(now: Self.now))[1] == "now         does not exist")
        let app = AppSummary(id: "/web", wanted: 1) {
            $0.drift = .init(kind: .missing)
            $0.drift?.refusal = "Deployments are paused."
        }
        let wanted = WhyPage(history: AppHistory(id: "/web", app: app)).lines(in: TextStyle(now: Self.now))
        #expect(
            wanted[1...2] == [
                "now         does not exist, but should be running", "correction  Deployments are paused.",
            ])
    }

    @Test("drift has the time since when the app drifts, and a copy does not have the commit of its label")
    func drift() {
        let fields = [AppChange.Field(path: "/mem", before: "64", after: "32")]
        func lines(_ drift: AppSummary.Drift) -> [String] {
            let app = AppSummary(id: "/web", healthy: 1, wanted: 1) {
                $0.commit = String(repeating: "a", count: 40)
                $0.since = Self.ago(10)
                $0.drift = drift
            }
            return WhyPage(history: AppHistory(id: "/web", app: app)).lines(in: TextStyle(now: Self.now))
        }
        let time = "(since 2023-11-14T22:12:20Z)"
        let changed = lines(.init(kind: .changed, fields: fields, since: Self.ago(60)))
        #expect(changed.contains("drift       differs from its spec: /mem is 64, not 32 \(time)"), "\(changed)")
        #expect(changed.contains { $0.hasPrefix("commit ") })
        let missing = lines(.init(kind: .missing, since: Self.ago(60)))
        #expect(missing.contains("now         does not exist, but should be running \(time)"), "\(missing)")
        #expect(!lines(.init(kind: .copied, since: Self.ago(60))).contains { $0.hasPrefix("commit ") })
    }

    @Test("a cancelled deployment that changed the app is named with its end, and who approved it")
    func cancelled() {
        let row = DeploymentSummary(
            id: 7, branch: "dcos", commit: "aaaaaaaa", trigger: .operator, stage: .cancelled, queuedAt: Self.ago(90)
        ) {
            $0.requestedBy = "ann"
            $0.approval = PlanApproval(of: [], by: "root", at: Self.ago(80))
            $0.finishedAt = Self.ago(60)
            $0.outcome = "Cancelled by bob. Changes already applied are not undone."
            $0.leavesChanges = true
        }
        let app = AppSummary(id: "/web", healthy: 1, wanted: 1) {
            $0.drift = .init(kind: .changed)
            $0.drift?.refusal = "Corrected 3 times within an hour."
        }
        let history = AppHistory(id: "/web", app: app) {
            $0.cause = DeploymentDetail(summary: row, changes: [], externalIDs: [])
        }
        let lines = WhyPage(history: history).lines(in: TextStyle(now: Self.now))
        for line in [
            "approved    by root, 2023-11-14T22:12:00Z", "ended       2023-11-14T22:12:20Z, 30 s later",
            "result      Cancelled by bob. Changes already applied are not undone.",
            "correction  Corrected 3 times within an hour.",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(!lines.contains { $0.hasPrefix("healthy") })
    }

    @Test("a pause is stated once, with its end")
    func paused() {
        let pause = PauseSummary(until: Self.now.addingTimeInterval(52), reason: "DB migration", by: "root")
        let row = DeploymentSummary(
            id: 2, branch: "dcos", commit: "bbbbbbbb", trigger: .delivery, stage: .queued, queuedAt: Self.ago(60)
        ) { $0.wait = DeploymentWait(.pause, pause.sentenceWithEnd, until: pause.until) }
        var history = AppHistory(id: "/web") {
            $0.obstacles = [pause.sentenceWithEnd.capitalizedSentence]
        }
        for newer in [[], [row]] {
            history.newer = newer
            let lines = WhyPage(history: history).lines(in: TextStyle(now: Self.now)).filter { $0.contains("paused") }
            #expect(lines.count == 1)
            #expect(lines.first?.contains("paused by root until 2023-11-14T22:14:12Z: DB migration") == true)
        }
    }

    @Test("without a successful deployment, the last one that changed the app is named with its result")
    func withoutCause() {
        let lines = { (change: (inout AppHistory) -> Void) in
            WhyPage(history: AppHistory(id: "/web", app: AppSummary(id: "/web") { $0.commit = "bbbbbbbb" }, change))
                .lines(in: TextStyle(now: Self.now)).filter { $0.hasPrefix("deployment") }
        }
        #expect(
            lines { _ in } == [
                "deployment  No known deployment changed it: it is older than the stored deployments, "
                    + "or someone else deployed it."
            ])
        for (stage, end) in [
            (DeploymentSummary.Stage.waiting, "which is in progress"), (.failed, "which was not successful (failed)"),
        ] {
            let row = DeploymentSummary(
                id: 9, branch: "dcos", commit: "bbbbbbbb", trigger: .delivery, stage: stage, queuedAt: Self.now)
            let changed = lines {
                $0.changes = [.init(deployment: row, change: AppChange(appID: "/web", kind: .created))]
            }
            #expect(changed == ["deployment  Deployment 9 of bbbbbbb changed it last, \(end)."])
        }
        let gone = WhyPage(history: AppHistory(id: "/web")).lines(in: TextStyle(now: Self.now))
        #expect(gone.contains("deployment  No known deployment created it."))
    }

    @Test("where no deployment reports the apps that it changes, the successful one of the running commit is named")
    func deployedBy() {
        let row = { (id: Int64, commit: String, stage: DeploymentSummary.Stage) in
            DeploymentSummary(
                id: id, branch: "dcos", commit: commit, trigger: .delivery, stage: stage, queuedAt: Self.now)
        }
        let history = AppHistory(id: "web", app: AppSummary(id: "web") { $0.commit = "bbbbbbbb" }) {
            $0.newer = [
                row(4, "cccccccc", .failed), row(3, "bbbbbbbb", .failed), row(2, "bbbbbbbb", .succeeded),
                row(1, "aaaaaaaa", .succeeded),
            ]
        }
        #expect(history.newer.map(\.id) == [4, 3])
        let lines = WhyPage(history: history).lines(in: TextStyle(now: Self.now))
        #expect(lines.contains("deployment  Deployment 2 of bbbbbbb deployed this commit."))
    }

    @Test("of many later deployments the newest are listed, and the others counted")
    func many() {
        let rows = (1...13).map {
            DeploymentSummary(
                id: 100 - $0, branch: "dcos", commit: "cccccccc", trigger: .delivery, stage: .succeeded,
                queuedAt: Self.now)
        }
        let lines = WhyPage(history: AppHistory(id: "/web") { $0.newer = rows }).lines(in: TextStyle(now: Self.now))
        #expect(lines.count { $0.contains(" of ccccccc succeeded") } == 10)
        #expect(lines.last?.hasSuffix("and 3 earlier deployments") == true)
    }

    @Test("the page of a commit begins with the answer, and lists pushes and deployments")
    func commit() {
        let history = CommitHistory(
            id: String(repeating: "b", count: 40), state: .skipped, answer: "It needs no deployment: [skip deploy]."
        ) {
            $0.message = "Not yet"
            $0.deliveries = [
                DeliverySummary(id: 4, guid: "g", event: "push", receivedAt: Self.ago(60), verdict: .ignored) {
                    $0.reason = "skipped"
                }
            ]
        }
        #expect(
            CommitPage(history: history).lines(in: TextStyle(now: Self.now)) == [
                "commit  bbbbbbb  Not yet", "state   skipped", "why     It needs no deployment: [skip deploy].",
                "push    2023-11-14T22:12:20Z, delivery 4 ignored: skipped",
            ])
    }

    @Test("the page of a commit names who requested and approved a deployment, and why rules were overridden")
    func decisions() {
        let row = DeploymentSummary(
            id: 4, branch: "dcos", commit: "bbbbbbbb", trigger: .operator, stage: .succeeded, queuedAt: Self.ago(90)
        ) {
            $0.finishedAt = Self.ago(60)
            ($0.requestedBy, $0.override) = ("ann", "hotfix")
            $0.approval = PlanApproval(of: [], by: "root", at: Self.ago(80))
        }
        let history = CommitHistory(id: "bbbbbbbb", state: .running, answer: "It runs.") { $0.deployments = [row] }
        #expect(
            CommitPage(history: history).lines(in: TextStyle(now: Self.now)).last
                == "             #4: requested by ann; rules overridden: \"hotfix\"; approved by root")
    }

    @Test("the page of a running commit does not say twice that it runs")
    func runningCommit() {
        let history = CommitHistory(id: String(repeating: "b", count: 40), state: .running, answer: "It runs.")
        #expect(
            CommitPage(history: history).lines(in: TextStyle(now: Self.now)) == ["commit  bbbbbbb", "state   running"])
    }

    @Test(
        "the argument is taken for a commit if it can only be one",
        arguments: [
            ("head", .commit), ("a1b2c3d", .commit), (String(repeating: "a", count: 40), .commit), ("web", .other),
            ("/web", .other), ("main", .other), ("abc", .other),
        ] as [(String, WhySubject)])
    func subject(text: String, expected: WhySubject) {
        #expect(WhySubject(text) == expected)
    }

    @Test("three hexadecimal digits may be the beginning of a commit ID, but are too few")
    func tooShort() {
        #expect(["7", "78b", "ABC"].allSatisfy(WhySubject.isTooShort))
        #expect(!["78bd", "web", "/78", ""].contains(where: WhySubject.isTooShort))
    }
}
