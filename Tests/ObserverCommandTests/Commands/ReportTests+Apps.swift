import Foundation
import ObserverEngine
import Testing

@testable import observer

/// The apps, and what runs.
extension ReportTests {
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
}
