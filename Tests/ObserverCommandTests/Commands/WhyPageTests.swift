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

    @Test("an app that does not exist is reported as such")
    func missing() {
        let page = WhyPage(history: AppHistory(id: "/web"))
        #expect(page.lines(in: TextStyle(now: Self.now)).contains("now         does not exist"))
    }

    @Test("without a successful deployment, the last one that changed the app is named with its result")
    func withoutCause() {
        let lines = { (change: (inout AppHistory) -> Void) in
            WhyPage(history: AppHistory(id: "/web", app: AppSummary(id: "/web") { $0.commit = "bbbbbbbb" }, change))
                .lines(in: TextStyle(now: Self.now)).filter { $0.hasPrefix("deployment") }
        }
        #expect(
            lines { _ in } == [
                "deployment  No known deployment changed it: it is older than those, or someone else deployed it."
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
}
