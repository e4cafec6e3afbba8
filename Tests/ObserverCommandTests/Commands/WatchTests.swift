import Foundation
import ObserverEngine
import Testing

@testable import observer

@Suite("Watching the status and the deployments")
struct WatchTests {
    private static let now = Date(timeIntervalSince1970: 1_700_000_000)
    private static let time = "2023-11-14T22:13:20Z"
    private static let format = OutputFormat.text(TextStyle(now: now))

    private static func row(_ id: Int64, _ stage: DeploymentSummary.Stage, _ outcome: String? = nil)
        -> DeploymentSummary
    {
        DeploymentSummary(
            id: id, branch: "dcos", commit: String(repeating: "a", count: 40), trigger: .delivery, stage: stage,
            queuedAt: now.addingTimeInterval(-60)
        ) {
            $0.outcome = outcome
            $0.finishedAt = stage.isFinal ? now : nil
        }
    }

    private static let engine = EngineState(
        branch: WatchedBranch(repository: RepositoryName(owner: "o", name: "r"), name: "dcos"), version: "0.5.0",
        instance: "i", startedAt: now.addingTimeInterval(-3720))

    private static func snapshot(_ deployments: [DeploymentSummary] = []) -> ControlEvent {
        .snapshot(ControlSnapshot(engine: engine, hook: HookState(registration: .registered), deployments: deployments))
    }

    @Test("a change from before the snapshot does not start an ended deployment again")
    func ended() throws {
        var watch = DeploymentsWatch(rows: [], limit: 2)
        watch.apply(Self.snapshot([Self.row(1, .succeeded, "no change")]))
        #expect(try watch.takeChanges(as: Self.format).count == 1)
        watch.apply(.deployment(Self.row(1, .queued)))
        watch.apply(.deployment(Self.row(1, .waiting)))
        watch.apply(.deployment(Self.row(1, .succeeded, "no change")))
        #expect(try watch.takeChanges(as: Self.format) == [])
        watch.apply(.deployment(Self.row(2, .queued)))
        #expect(try watch.takeChanges(as: Self.format).count == 1)
    }

    @Test("the status starts with a line for each field, then has one for each that changes or disappears")
    func status() throws {
        var watch = StatusWatch()
        #expect(try watch.takeChanges(as: Self.format) == [])
        watch.apply(Self.snapshot())
        #expect(
            try watch.takeChanges(as: Self.format) == [
                "\(Self.time)  running: not known yet\n",
                "\(Self.time)  observer: 0.5.0, started 2023-11-14T21:11:20Z\n",
                "\(Self.time)  repository: o/r, branch dcos\n", "\(Self.time)  authentication: pending\n",
                "\(Self.time)  github: not contacted yet\n",
                "\(Self.time)  webhook: registered\n",
            ])
        watch.apply(.deployment(Self.row(1, .waiting)))
        #expect(
            try watch.takeChanges(as: Self.format) == ["\(Self.time)  deploying: #1 of aaaaaaa waiting\n"])
        // Neither progress nor the counters of requests are a change of the status.
        var busy = Self.engine
        busy.rateLimitRemaining = 4711
        _ = busy.gitHub.note(.answered, at: Self.now)
        watch.apply(.engine(busy))
        #expect(try watch.takeChanges(as: Self.format) == ["\(Self.time)  github: reachable\n"])
        _ = busy.gitHub.note(.answered, at: Self.now.addingTimeInterval(60))
        busy.rateLimitRemaining = 4710
        watch.apply(.engine(busy))
        watch.apply(.deployment(Self.row(1, .waiting)))
        #expect(try watch.takeChanges(as: Self.format) == [])
        watch.apply(.deployment(Self.row(2, .queued)))
        #expect(
            try watch.takeChanges(as: Self.format) == ["\(Self.time)  queued: #2 of aaaaaaa, 2023-11-14T22:12:20Z\n"])
        watch.apply(.deployment(Self.row(1, .succeeded, "1 app changed")))
        #expect(
            try watch.takeChanges(as: Self.format) == [
                "\(Self.time)  last deployment: #1 of aaaaaaa succeeded, \(Self.time): 1 app changed\n",
                "\(Self.time)  deploying: -\n",
            ])
    }

    @Test("on a terminal each line has one row: the headings, the newest deployments and how many are missing")
    func deploymentsOnTerminal() {
        let rows = (1...30).reversed().map { id -> DeploymentSummary in
            var row = Self.row(Int64(id), .failed, "Not healthy after 5m: /web: no task is healthy.")
            (row.message, row.author) = ("Make the buttons bigger", "Alice Adams")
            row.startedAt = Self.now.addingTimeInterval(-17)
            return row
        }
        let style = TextStyle(isColored: true, width: 80, height: 24, now: Self.now)
        let screen = Watch.rows(of: DeploymentsWatch(rows: rows, limit: 100), in: style)
            .map { $0.replacing(#/\u{1B}\[\d+m/#, with: "") }
        #expect(screen.count == 23 && screen.allSatisfy { $0.count <= 79 }, "\(screen)")
        #expect(screen[0].hasPrefix("ID  QUEUED  STAGE") && screen[0].hasSuffix("DETAILS"))
        #expect(screen[1].hasPrefix("30  ") && screen[1].hasSuffix("Not healthy…"), "\(screen[1])")
        #expect(screen[21].hasPrefix("10  ") && screen[22].hasPrefix("… 9 more lines"), "\(screen)")
    }

    @Test("a deployment that runs or waits is shown although newer ones fill the terminal")
    func runningDeployment() {
        let rows = (1...30).reversed().map { Self.row(Int64($0), $0 == 3 ? .waiting : $0 == 5 ? .queued : .failed) }
        let style = TextStyle(width: 80, height: 8, now: Self.now)
        let screen = Watch.rows(of: DeploymentsWatch(rows: rows, limit: 100), in: style)
        #expect(
            screen.map { $0.prefix(4) } == ["ID  ", "30  ", "29  ", "28  ", " 5  ", " 3  ", "… 25"], "\(screen)")
        let large = Watch.rows(of: DeploymentsWatch(rows: rows, limit: 100), in: TextStyle(width: 80, height: 32))
        #expect(large.count == 31 && large.last?.hasPrefix(" 1  ") == true, "\(large)")
    }

    @Test("on a small terminal the status starts with the first line")
    func statusOnTerminal() {
        var watch = StatusWatch()
        watch.apply(Self.snapshot([Self.row(1, .failed, "Not healthy after 5m: /web: no task is healthy.")]))
        let screen = Watch.rows(of: watch, in: TextStyle(width: 40, height: 5, now: Self.now))
        #expect(screen.count == 4 && screen.allSatisfy { $0.count <= 39 }, "\(screen)")
        #expect(screen[0].hasPrefix("running "))
    }

    @Test("in 12 rows the status shows what runs, deployments and problems, and counts the other lines")
    func smallStatus() {
        var engine = Self.engine
        engine.problem = "Marathon does not respond."
        engine.publicURL = "http://192.0.2.1:8849"
        engine.isPaused = true
        engine.pause = PauseSummary(since: Self.now, reason: "migration", by: "ann")
        engine.target = DependencyState(name: "Marathon", address: "http://leader.mesos:8080")
        let hook = HookState(registration: .failed) {
            $0.problem = "GitHub rejected it."
            $0.lastPingAt = Self.now
        }
        var snapshot = ControlSnapshot(
            engine: engine, hook: hook,
            deliveries: [DeliverySummary(id: 1, guid: "g", event: "ping", receivedAt: Self.now, verdict: .ping)],
            deployments: [Self.row(3, .queued), Self.row(2, .waiting), Self.row(1, .succeeded)])
        var watch = StatusWatch()
        watch.apply(.snapshot(snapshot))
        let names = { (height: Int) in
            Watch.rows(of: watch, in: TextStyle(width: 80, height: height, now: Self.now))
                .map { $0.prefix(16).trimmingCharacters(in: .whitespaces) }
        }
        let all = names(40)
        #expect(all.count == 16 && all.last == "last deployment", "\(all)")
        #expect(
            names(12) == [
                "running", "deploying", "queued", "paused", "authentication", "problem", "github", "marathon",
                "webhook", "webhook problem", "… 6 more lines;",
            ], "\(names(12))")
        #expect(names(4) == ["running", "deploying", "… 14 more lines;"] && names(2) == ["running"])
        snapshot.deployments = []
        watch.apply(.snapshot(snapshot))
        #expect(names(14).count == 13 && names(14) == names(40), "\(names(14))")
    }

    @Test("in few rows the apps that need attention are shown, and the others are counted")
    func smallApps() {
        let apps = (10...29).map { AppSummary(id: "/app-\($0)", healthy: 1, wanted: 1) }
        let drifted = AppSummary(id: "/worker", healthy: 1, wanted: 1) { $0.drift = .init(kind: .missing) }
        var watch = AppListWatch()
        watch.apply(
            .apps(AppsReport(running: .init(id: "5dc9656f"), apps: apps + [drifted], readAt: Self.now)))
        let screen = Watch.rows(of: watch, in: TextStyle(width: 80, height: 8, now: Self.now))
        #expect(
            screen.map { $0.prefix(8).trimmingCharacters(in: .whitespaces) }
                == ["running", "APP", "/app-10", "/app-11", "/app-12", "/worker", "… 17 mor"], "\(screen)")
        let large = Watch.rows(of: watch, in: TextStyle(width: 80, height: 24, now: Self.now))
        #expect(large.count == 23 && !large.contains { $0.contains("more lines") }, "\(large)")
    }

    @Test("several queued deployments are one line, which does not repeat")
    func queued() throws {
        var watch = StatusWatch()
        watch.apply(Self.snapshot([Self.row(3, .queued), Self.row(2, .queued), Self.row(1, .waiting)]))
        let queued = try watch.takeChanges(as: Self.format).filter { $0.contains("queued: ") }
        #expect(queued.count == 1 && queued[0].contains("#2 of aaaaaaa") && queued[0].contains("; #3 of aaaaaaa"))
        #expect(try watch.takeChanges(as: Self.format) == [])
    }

    @Test("as JSON, each change is the whole status")
    func statusJSON() throws {
        var watch = StatusWatch()
        watch.apply(Self.snapshot())
        #expect(try watch.takeChanges(as: .json).count == 1)
        #expect(try watch.takeChanges(as: .json) == [])
        watch.apply(.deployment(Self.row(1, .waiting)))
        let changes = try watch.takeChanges(as: .json)
        var busy = Self.engine
        busy.rateLimitRemaining = 4711
        watch.apply(.engine(busy))
        #expect(try watch.takeChanges(as: .json) == [])
        #expect(
            changes.count == 1 && changes[0].contains(#""currentDeployment":{"attempt":1,"branch":"dcos""#)
                && changes[0].hasSuffix("\n"))
    }

    @Test("deployments start with the known ones, oldest first, and follow their stages")
    func deployments() throws {
        var watch = DeploymentsWatch(rows: [Self.row(2, .queued), Self.row(1, .succeeded, "no change")], limit: 2)
        #expect(
            try watch.takeChanges(as: Self.format) == [
                "\(Self.time)  #1  succeeded    aaaaaaa  push, no change\n",
                "\(Self.time)  #2  queued       aaaaaaa  push\n",
            ])
        watch.apply(Self.snapshot([Self.row(2, .queued), Self.row(1, .succeeded, "no change")]))
        watch.apply(.deployment(Self.row(2, .queued)))
        #expect(try watch.takeChanges(as: Self.format) == [])
        watch.apply(.deployment(Self.row(3, .queued)))
        watch.apply(.deployment(Self.row(2, .superseded, "superseded by deployment 3 (aaaaaaa)")))
        #expect(
            try watch.takeChanges(as: Self.format) == [
                "\(Self.time)  #2  superseded   aaaaaaa  push, superseded by deployment 3 (aaaaaaa)\n",
                "\(Self.time)  #3  queued       aaaaaaa  push\n",
            ])
        #expect(watch.rankedLines(in: TextStyle(now: Self.now)).count == 3)
        watch.apply(.deployment(Self.row(3, .failed, "broken")))
        let json = try watch.takeChanges(as: .json)
        #expect(json.count == 1 && json[0].contains(#""id":3"#) && json[0].contains(#""stage":"failed""#))
    }
}
