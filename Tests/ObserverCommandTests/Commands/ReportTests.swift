import Foundation
import ObserverEngine
import Testing

@testable import observer

@Suite("The output of commands")
struct ReportTests {
    private static let now = Date(timeIntervalSince1970: 1_700_000_000)
    private let style = TextStyle(now: now)

    private static func ago(_ seconds: Double) -> Date { now.addingTimeInterval(-seconds) }

    private static let deliveries = DeliveryList(rows: [
        DeliverySummary(id: -1, guid: "g3", event: "push", receivedAt: ago(5), verdict: .rejected) {
            $0.reason = "the signature does not match"
        },
        DeliverySummary(id: 12, guid: "g2", event: "push", receivedAt: ago(130), verdict: .accepted) {
            $0.branch = "dcos"
            $0.commit = String(repeating: "a", count: 40)
            $0.author = "日本 太郎"
            $0.message = "Say \u{1B}[31mhello\u{202E}"
            $0.deployment = 7
        },
        DeliverySummary(id: 9, guid: "g1", event: "ping", receivedAt: ago(90_000), verdict: .ping) {
            $0.author = "Ann"
        },
    ])

    @Test("columns are aligned even with wide characters, and control characters are escaped")
    func deliveries() {
        #expect(
            Self.deliveries.lines(in: style) == [
                #"ID  RECEIVED  EVENT  BRANCH  COMMIT   VERDICT   DEPLOYMENT  AUTHOR     DETAILS"#,
                #"-1  5 s ago   push                    rejected                         the signature does not match"#,
                #"12  2m ago    push   dcos    aaaaaaa  accepted           7  日本 太郎  Say \x1b[31mhello\u202e"#,
                #" 9  25h ago   ping                    ping                  Ann"#,
            ])
    }

    @Test("deployments have a stage, a duration and an outcome")
    func deployments() {
        let list = DeploymentList(rows: [
            DeploymentSummary(
                id: 8, branch: "dcos", commit: String(repeating: "b", count: 40), trigger: .operator, stage: .waiting,
                queuedAt: Self.ago(20)
            ) {
                $0.message = "Change the specs"
                $0.startedAt = Self.ago(18)
            },
            DeploymentSummary(
                id: 7, branch: "dcos", commit: String(repeating: "a", count: 40), trigger: .delivery, stage: .succeeded,
                queuedAt: Self.ago(4000)
            ) {
                $0.author = "Ann"
                $0.startedAt = Self.ago(4000)
                $0.finishedAt = Self.ago(3876)
                $0.outcome = "2 changed, 1 unchanged"
            },
        ])
        #expect(
            list.lines(in: style) == [
                "ID  QUEUED    STAGE      COMMIT   MESSAGE           TRIGGER    TOOK  AUTHOR  DETAILS",
                " 8  20 s ago  waiting    bbbbbbb  Change the specs  operator   18 s",
                " 7  1h ago    succeeded  aaaaaaa                    push      2m 4s  Ann     2 changed, 1 unchanged",
            ])
    }

    @Test("a long name does not push the other columns off a terminal, and is complete in a file")
    func longNames() {
        let name = String(repeating: "n", count: 100)
        let list = DeploymentList(rows: [
            DeploymentSummary(
                id: 8, branch: "dcos", commit: String(repeating: "b", count: 40), trigger: .rollback, stage: .failed,
                queuedAt: Self.ago(20)
            ) {
                $0.author = name
                $0.requestedBy = name
                $0.outcome = "unhealthy"
            }
        ])
        let terminal = list.lines(in: TextStyle(width: 120, now: Self.now))
        #expect(terminal.allSatisfy { $0.count <= 120 } && terminal[1].hasSuffix("…  unhealthy"), "\(terminal)")
        #expect(list.lines(in: style)[1].contains(name))
    }

    @Test("a deployment that overrides the rules shows that, and so does its action")
    func override() {
        let row = DeploymentSummary(
            id: 8, branch: "dcos", commit: String(repeating: "b", count: 40), trigger: .operator, stage: .succeeded,
            queuedAt: Self.ago(20)
        ) {
            $0.override = "hotfix"
            $0.outcome = "1 changed"
        }
        #expect(DeploymentList(rows: [row]).lines(in: style)[1].hasSuffix(#"  rules overridden: "hotfix"; 1 changed"#))
        let entry = AuditEntry(
            of: .deploy(commit: nil, force: false, override: "hotfix"),
            by: Operator(name: "ann", role: .operate, origin: "192.0.2.1"), at: Self.now)
        #expect(AuditList(rows: [entry]).lines(in: style)[1].hasSuffix(#"  rules overridden: "hotfix""#))
    }

    @Test("a hold shows since when it lasts")
    func hold() throws {
        let commit = try #require(CommitID(String(repeating: "c", count: 40)))
        let overview = StatusOverview(
            apps: AppsReport(),
            engine: EngineState(
                branch: WatchedBranch(repository: RepositoryName(owner: "o", name: "r"), name: "dcos"),
                version: "0.5.0", instance: "i", startedAt: Self.ago(5)
            ) {
                $0.heldAt = commit.description
                $0.hold = HoldSummary(commit: commit, cause: .rollback, deployment: 3)
                $0.hold?.since = Self.ago(7200)
            },
            hook: HookState(), deliveries: [], deployments: [])
        let sentence = "at ccccccc (rollback, deployment 3) for 2h, until the next push or 'observer resume'"
        #expect(overview.lines(in: style).contains { $0.hasPrefix("on hold ") && $0.hasSuffix(sentence) })
    }

    @Test("the stage of a deployment is not repeated by its outcome")
    func sentence() {
        let row = DeploymentSummary(
            id: 2, branch: "dcos", commit: String(repeating: "a", count: 40), trigger: .delivery, stage: .superseded,
            queuedAt: Self.ago(20)
        ) {
            $0.finishedAt = Self.ago(8)
            $0.outcome = "superseded by deployment 3 (bbbbbbb)"
        }
        #expect(row.sentence(in: style) == "#2 of aaaaaaa superseded, 8 s ago: by deployment 3 (bbbbbbb)")
    }

    @Test("on a narrow terminal the last column is below its row, and cut where the output is redrawn")
    func narrow() {
        let lines = Self.deliveries.lines(in: TextStyle(width: 90, now: Self.now))
        #expect(
            lines[1...2] == [
                "-1  5 s ago   push                    rejected", "    the signature does not match",
            ])
        let redrawn = Self.deliveries.lines(in: TextStyle(width: 90, isRedrawn: true, now: Self.now))
        #expect(redrawn[1].hasSuffix("  the signature does…") && redrawn[1].count == 90)
        #expect(redrawn.count == 4)
    }

    @Test("on a terminal the state of an app is wrapped, and cut where the output is redrawn")
    func wrappedState() {
        let app = AppSummary(id: "/mhausenblas/web", healthy: 1, wanted: 1) {
            $0.commit = "5dc9656f"
            $0.drift = .init(
                kind: .changed,
                fields: [
                    .init(path: "/mem", before: "300", after: "64"),
                    .init(path: "/cmd", before: "\"a\"", after: "\"b\""),
                ])
        }
        let list = AppList(report: AppsReport(apps: [app], readAt: Self.now))
        let row = "/mhausenblas/web  5dc9656      1/1"
        #expect(
            list.lines(in: TextStyle(width: 80, now: Self.now)).suffix(2) == [
                row + "           drift: /mem is 300, not 64, /cmd is",
                String(repeating: " ", count: 45) + #""a", not "b""#,
            ])
        #expect(
            list.lines(in: TextStyle(width: 60, now: Self.now)).suffix(2) == [
                row, #"    drift: /mem is 300, not 64, /cmd is "a", not "b""#,
            ])
        let redrawn = list.lines(in: TextStyle(width: 60, isRedrawn: true, now: Self.now))
        #expect(redrawn.last == row + "           drift: /mem is…")
    }

    @Test("text is wrapped between words, and a longer word anywhere")
    func wrapping() {
        #expect(TableCell("abcdefgh ij").wrapped(to: 4).map(\.text) == ["abcd", "efgh", "ij"])
        #expect(TableCell("ab cd ef").wrapped(to: 5).map(\.text) == ["ab cd", "ef"])
        #expect(TableCell("日本").wrapped(to: 1).map(\.text) == ["日", "本"])
    }

    @Test("a line with colors is cut without them")
    func cutLine() {
        #expect("\u{1B}[31mrejected\u{1B}[0m".cutLine(to: 5) == "\u{1B}[31mreje…\u{1B}[0m")
        #expect("\u{1B}[31mrejected\u{1B}[0m".cutLine(to: 8) == "\u{1B}[31mrejected\u{1B}[0m")
        #expect("日本 太郎".cutLine(to: 4) == "日…")
    }

    @Test("on a terminal the status cuts a long reason, elsewhere it is complete")
    func longReason() throws {
        let reason = String(repeating: "x", count: 300)
        let row = DeploymentSummary(
            id: 1, branch: "dcos", commit: String(repeating: "b", count: 40), trigger: .delivery, stage: .failed,
            queuedAt: Self.ago(20)
        ) { $0.outcome = reason }
        let overview = StatusOverview(
            apps: AppsReport(),
            engine: EngineState(
                branch: WatchedBranch(repository: RepositoryName(owner: "o", name: "r"), name: "dcos"),
                version: "0.5.0", instance: "i", startedAt: Self.ago(5)),
            hook: HookState(), deliveries: [], deployments: [row])
        let terminal = try #require(overview.lines(in: TextStyle(width: 80, now: Self.now)).last)
        #expect(terminal.hasSuffix("failed: \(reason.prefix(119))…"), "\(terminal)")
        #expect(overview.lines(in: style).last?.hasSuffix("failed: \(reason)") == true)
    }

    @Test("a failure that is retried names the retry and when it starts")
    func retried() throws {
        let row = { (id: Int64, stage: DeploymentSummary.Stage) in
            DeploymentSummary(
                id: id, branch: "dcos", commit: String(repeating: "a", count: 40), trigger: .delivery, stage: stage,
                queuedAt: Self.ago(20))
        }
        var failed = row(3, .failed)
        failed.outcome = "Marathon is unreachable. Nothing was applied."
        let end = "Deployment 3 of aaaaaaa failed: Marathon is unreachable. Nothing was applied."
        #expect(DeploymentNotSucceeded(deployment: failed).description == end)
        failed.retry = 4
        let sentence = "\(end) It is retried as deployment 4"
        var retry = row(4, .queued)
        (retry.attempt, retry.notBefore) = (2, Self.now + 30)
        #expect(
            DeploymentNotSucceeded(deployment: failed, retry: retry, now: Self.now).description
                == "\(sentence) (retry 1, starts in 30 s): follow it with 'observer logs 4 -f'.")
        #expect(
            DeploymentNotSucceeded(deployment: failed).description
                == "\(sentence): follow it with 'observer logs 4 -f'.")
        var result = ActionResult(ActionAnswer("Done.", deployment: 3))
        (result.retry, result.retryAt) = (4, Self.now)
        #expect(
            try OutputFormat.json.text(of: result)
                == #"{"deployment":3,"result":"Done.","retry":4,"retryAt":"2023-11-14T22:13:20.000Z"}"# + "\n")
    }

    @Test("colors are optional and do not shift the columns")
    func colors() {
        let colored = Self.deliveries.lines(in: TextStyle(isColored: true, now: Self.now))
        #expect(colored[1].contains("\u{1B}[31mrejected\u{1B}[0m"))
        let plain = colored.map { $0.replacing(#/\u{1B}\[\d+m/#, with: "") }
        #expect(
            plain.map { $0.trimmingCharacters(in: .whitespaces) }
                == Self.deliveries.lines(in: style).map {
                    $0.trimmingCharacters(in: .whitespaces)
                })
    }

    @Test("an empty list is a sentence")
    func empty() {
        #expect(DeliveryList(rows: []).lines(in: style) == ["No deliveries."])
        #expect(DeploymentList(rows: []).lines(in: style) == ["No deployments."])
    }

    @Test("the status omits absent values")
    func status() {
        let overview = StatusOverview(
            apps: AppsReport(readAt: Self.now),
            engine: EngineState(
                branch: WatchedBranch(repository: RepositoryName(owner: "o", name: "r"), name: "dcos"),
                version: "0.5.0", instance: "i", startedAt: Self.ago(3720)
            ) {
                $0.authentication = .granted
                $0.isPaused = true
                $0.pause = PauseSummary(
                    since: Self.ago(7200), until: Self.now + 3900, reason: "database migration", by: "ann")
            },
            hook: HookState(registration: .registered, id: 3, url: "http://n:1/dploy") { $0.lastPingAt = Self.ago(60) },
            deliveries: [Self.deliveries.rows[1]], deployments: [])
        #expect(
            overview.lines(in: style) == [
                "running         nothing",
                "paused          by ann, 2h ago: database migration; resumes in 1h 5m",
                "observer        0.5.0, up 1h 2m",
                "repository      o/r, branch dcos",
                "authentication  granted",
                "github          not contacted yet",
                "webhook         registered as #3 at http://n:1/dploy",
                "last ping       1m ago",
                "last delivery   #12 push accepted, 2m ago",
            ])
    }

    @Test(
        "what runs is stated only as far as it is known now",
        arguments: [
            (AppsReport(), "not known yet"),
            (AppsReport(readAt: now), "nothing"),
            (AppsReport(readAt: now, problem: "503"), "unknown; nothing ran at 2023-11-14T22:13:20Z"),
            (AppsReport(running: .init(id: "5dc9656f")), "unknown; last deployed: 5dc9656"),
            (
                AppsReport(running: .init(id: "5dc9656f"), apps: [web], readAt: ago(60)), "5dc9656, 3/5 healthy"
            ),
            (
                AppsReport(running: .init(id: "5dc9656f"), apps: [web], readAt: ago(60), problem: "503"),
                "unknown; last seen: 5dc9656 at 2023-11-14T22:12:20Z"
            ),
            (checked(.init(isHealthy: true, at: now)), "5dc9656, deployed, healthy"),
            (
                checked(.init(isHealthy: false, reason: "status 7: refused", at: now)),
                "5dc9656, deployed, not healthy: status 7: refused"
            ),
        ])
    func whatRuns(report: AppsReport, sentence: String) {
        #expect(report.summary(in: TextStyle(now: .distantFuture)) == sentence)
    }

    @Test("a terminal shows local times, with the date where that is not today")
    func localTime() {
        let report = AppsReport(running: .init(id: "5dc9656f"), since: Self.now, readAt: Self.now)
        let today = report.summary(in: TextStyle(width: 80, now: Self.now))
        #expect(today.wholeMatch(of: #/5dc9656 since \d\d:\d\d/#) != nil, "\(today)")
        let later = report.summary(in: TextStyle(width: 80, now: .distantFuture))
        #expect(later.wholeMatch(of: #/5dc9656 since \d{4}-\d\d-\d\d \d\d:\d\d/#) != nil, "\(later)")
        #expect(report.summary(in: style) == "5dc9656 since 2023-11-14T22:13:20Z")
    }

    private static let web = AppSummary(id: "/web", healthy: 3, wanted: 5)

    private static func checked(_ check: AppsReport.Check) -> AppsReport {
        var report = AppsReport(running: .init(id: "5dc9656f"), isSupported: false)
        report.check = check
        return report
    }

    @Test("the last failure of a container has no host")
    func lastFailure() {
        let failures = [("stopped", "exit status 137", ""), ("TASK_FAILED", "killed", "10.0.0.1")]
        let apps = failures.map { failure in
            AppSummary(id: "web", wanted: 1) {
                $0.lastFailure = .init(state: failure.0, message: failure.1, host: failure.2, at: nil)
            }
        }
        let lines = AppList(report: AppsReport(apps: apps, readAt: Self.now)).lines(in: TextStyle(now: Self.now))
        #expect(lines.suffix(2).first?.hasSuffix("  stopped: exit status 137") == true, "\(lines)")
        #expect(lines.last?.hasSuffix("  last failure: TASK_FAILED killed") == true, "\(lines)")
    }

    @Test("the last failure of an app that has recovered is shown with its age for an hour")
    func recovered() {
        let app = { (age: TimeInterval) in
            AppSummary(id: "/web", healthy: 1, wanted: 1) {
                $0.lastFailure = .init(
                    state: "TASK_FAILED", message: "killed", host: "10.0.0.1", at: Self.now.addingTimeInterval(-age))
            }
        }
        let report = AppsReport(apps: [app(4), app(7200)], readAt: Self.now)
        let lines = AppList(report: report).lines(in: TextStyle(now: Self.now))
        #expect(lines.suffix(2).first?.hasSuffix("  last failure: TASK_FAILED killed, 4 s ago") == true, "\(lines)")
        #expect(lines.last?.contains("last failure") == false, "\(lines)")
    }

    @Test("apps that can't be read are listed as they were read last, and not as healthy")
    func outdatedApps() throws {
        var report = AppsReport(running: .init(id: "5dc9656f"), apps: [Self.web], readAt: Self.ago(60))
        report.problem = "Marathon does not respond."
        let lines = AppList(report: report).lines(in: style)
        #expect(lines[1...2] == ["Marathon does not respond.", ""])
        #expect(lines[3] == "As read 1m ago:" && lines.count == 6)
        var watch = AppListWatch()
        watch.apply(.apps(report))
        let changes = try watch.takeChanges(as: .text(style)).joined()
        #expect(changes.contains("/web  health not known") && !changes.contains("healthy"))
    }

    @Test("the status distinguishes running and queued deployments, and names a ping once")
    func deploymentsOfStatus() {
        let row = { (id: Int64, stage: DeploymentSummary.Stage) in
            DeploymentSummary(
                id: id, branch: "dcos", commit: String(repeating: "b", count: 40), trigger: .operator, stage: stage,
                queuedAt: Self.ago(20)
            ) {
                $0.startedAt = stage == .queued ? nil : Self.ago(10)
                $0.finishedAt = stage.isFinal ? Self.ago(5) : nil
            }
        }
        let lines = { (rows: [DeploymentSummary]) in
            StatusOverview(
                apps: AppsReport(),
                engine: EngineState(
                    branch: WatchedBranch(repository: RepositoryName(owner: "o", name: "r"), name: "dcos"),
                    version: "0.5.0", instance: "i", startedAt: Self.ago(5)),
                hook: HookState(), deliveries: [Self.deliveries.rows[2]], deployments: rows
            ).lines(in: style).filter { line in
                ["last de", "deploying", "queued", "head"].contains { line.hasPrefix($0) }
            }
        }
        #expect(
            lines([row(3, .queued), row(2, .waiting), row(1, .failed)]) == [
                "deploying        #2 of bbbbbbb waiting", "queued           #3 of bbbbbbb, 20 s ago",
                "last delivery    #9 ping, 25h ago", "last deployment  #1 of bbbbbbb failed, 5 s ago",
            ])
        #expect(
            lines(([6, 5, 4, 3] as [Int64]).map { row($0, .queued) } + [row(2, .waiting)]).dropLast() == [
                "deploying       #2 of bbbbbbb waiting", "queued          #3 of bbbbbbb, 20 s ago",
                "queued          and 2 more", "queued          #6 of bbbbbbb, 20 s ago",
            ])
        #expect(
            lines([row(3, .queued)]) == ["queued          #3 of bbbbbbb, 20 s ago", "last delivery   #9 ping, 25h ago"])
        var failed = row(1, .failed)
        #expect(lines([failed]).first == "head             bbbbbbb is not running: its deployment failed")
        failed.leavesChanges = true
        #expect(
            lines([failed]).first == "head             deployment 1 of bbbbbbb failed, and its changes were not undone")
        (failed.leavesChanges, failed.startedAt) = (false, nil)
        #expect(lines([failed]).first == "last delivery    #9 ping, 25h ago")
    }

    @Test("a rejected delivery without a GUID has no empty field")
    func rejectedDelivery() {
        let page = DeliveryPage(
            delivery: DeliveryDetail(
                summary: DeliverySummary(id: -1, guid: "", event: "", receivedAt: Self.ago(5), verdict: .rejected) {
                    $0.reason = "the signature does not match"
                }, headers: [], body: ""))
        #expect(
            page.lines(in: style) == [
                "delivery  -1", "received  2023-11-14T22:13:15Z, 5 s ago",
                "verdict   rejected: the signature does not match",
                "headers   Not kept: the delivery was rejected.",
            ])
    }

    @Test("the doctor prints one line per check, with a remedy")
    func doctor() throws {
        let report = DoctorReport(findings: [
            Finding(.token, .ok, "fine-grained token"),
            Finding(.mesosDNS, .warning, "It does not respond.", remedy: "Set -mesos-dns."),
            Finding(.disk, .failure, "Full.", remedy: "Free some space."),
        ])
        #expect(
            report.lines(in: style) == [
                "ok    token        fine-grained token",
                "warn  mesos-dns    It does not respond. Set -mesos-dns.",
                "fail  disk         Full. Free some space.",
            ])
        let failed = #expect(throws: DoctorReport.Failed.self) { try report.check() }
        #expect(try ExitStatus(of: #require(failed)) == .failure)
    }

    @Test("JSON is the value of the API on one line")
    func json() throws {
        let text = try OutputFormat.json.text(of: DeliveryList(rows: [Self.deliveries.rows[2]]))
        #expect(
            text == #"[{"author":"Ann","event":"ping","guid":"g1","id":9,"receivedAt":"2023-11-13T21:13:20.000Z","#
                + #""verdict":"ping"}]"# + "\n")
        #expect(
            try OutputFormat.json.text(of: ActionResult(ActionAnswer("Done.", deployment: 3)))
                == #"{"deployment":3,"result":"Done."}"# + "\n")
    }
}
