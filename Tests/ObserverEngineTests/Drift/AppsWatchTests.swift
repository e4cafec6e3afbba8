import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Running apps")
struct AppsWatchTests {
    private let files: [String: String?] = [
        "dploy.app": Files.descriptor, "specs/web.json": Files.app("web", instances: 2, healthCheck: true),
        "specs/db.json": Files.app("db"),
    ]

    /// Waits for a report on the event stream.
    private func report(
        in world: World, timeout: Duration = .testTimeout, where isMeant: @escaping @Sendable (AppsReport) -> Bool
    ) async throws -> AppsReport {
        let control = try await world.control()
        return try await withTimeout(timeout) {
            for try await element in try await control.events() {
                switch element.event {
                case .apps(let report) where isMeant(report): return report
                case .snapshot(let snapshot):
                    if let report = snapshot.apps, isMeant(report) { return report }
                default: continue
                }
            }
            throw CancellationError()
        }
    }

    @Test("before the first deployment nothing is known, and nothing is asked")
    func nothing() async throws {
        try await withObserver { world in
            let report = try await world.control().apps()
            #expect(report == AppsReport())
            #expect(world.marathonIsUntouched)
        }
    }

    @Test("a deploy command does not report its apps, and its last deployment is not fetched to find out")
    func deployCommand() async throws {
        try await withObserver(ObserverSetup { $0.flags[.deployCommand] = "true" }) { world in
            let deployed = try await world.deploy(files)
            let archives = world.gitHub.requests(.get, "/repos/mhausenblas/s4d/tarball/*").count
            let report = try await world.control().apps()
            #expect(!report.isSupported && report.readAt == nil && report.apps.isEmpty && report.problem == nil)
            #expect(report.running?.id == deployed.commit.description)
            #expect(world.gitHub.requests(.get, "/repos/mhausenblas/s4d/tarball/*").count == archives)
        }
    }

    @Test("each app has its commit, its tasks with host, ports and version, and its health")
    func apps() async throws {
        try await withObserver { world in
            let deployed = try await world.deploy(files)
            let report = try await world.control().apps()
            #expect(report.running?.id == deployed.commit.description)
            #expect(report.since != nil)
            #expect(report.apps.map(\.id) == ["/db", "/web"])
            #expect(report.apps.map(\.wanted) == [1, 2] && report.health?.healthy == 3 && report.health?.wanted == 3)
            #expect(report.apps.allSatisfy { $0.commit == deployed.commit.description && $0.drift == nil })
            let instance = try #require(report.apps[1].instances.first)
            #expect(instance.isHealthy == true && instance.isCurrent && instance.state == "TASK_RUNNING")
            #expect(instance.host != nil && !instance.ports.isEmpty && instance.startedAt != nil)
        }
    }

    @Test("a change by hand is drift as soon as Marathon reports it, and is over when it is undone")
    func drift() async throws {
        try await withObserver { world in
            try await world.deploy(files)
            _ = try await report(in: world) { $0.apps.count == 2 }
            async let drifted = report(in: world) { !$0.drifted.isEmpty }
            try await world.put("/db", #"{"instances":3}"#)
            let found = try await drifted
            #expect(found.drifted.map(\.id) == ["/db"])
            #expect(found.drifted[0].drift?.fields == [.init(path: "/instances", before: "3", after: "1")])
            #expect(found.drifted[0].drift?.since != nil)
            try await world.put("/db", #"{"instances":1}"#)
            _ = try await report(in: world) { $0.drifted.isEmpty }
        }
    }

    @Test("with -drift correct a change by hand is undone, and no other app is touched")
    func correction() async throws {
        try await withObserver(ObserverSetup { $0.flags[.drift] = "correct" }) { world in
            let deployed = try await world.deploy(files)
            _ = try await world.control().apps()
            let web = try #require(world.marathon.app("/web")).version
            try await world.put("/db", #"{"mem":99}"#)
            _ = try await world.control().apps()
            let correction = try await world.deployment(
                of: deployed.commit.description, in: .succeeded, after: deployed.id)
            #expect(correction.request.trigger == .drift)
            #expect(correction.changes.map(\.kind) == [.updated, .unchanged])
            #expect(correction.changes[0].fields == [.init(path: "/mem", before: "99", after: "32")])
            #expect(world.marathon.app("/db")?.definition["mem"] == 32)
            #expect(world.marathon.app("/web")?.version == web)
            _ = try await report(in: world) { $0.drifted.isEmpty && $0.apps.count == 2 }
        }
    }

    @Test("a deleted app is created again with -drift correct, not during a pause but at its end, though no one asks")
    func correctionOfMissing() async throws {
        try await withObserver(ObserverSetup { $0.flags[.drift] = "correct" }) { world in
            let deployed = try await world.deploy(files)
            let control = try await world.control()
            _ = try await control.perform(.pause())
            try await world.delete("/db")
            let paused = try await control.apps()
            #expect(paused.drifted.first?.drift?.refusal == "Deployments are paused.")
            #expect(try await world.deployments().count == 1)
            _ = try await control.perform(.resume())
            _ = try await world.deployment(of: deployed.commit.description, in: .succeeded, after: deployed.id)
            #expect(world.marathon.app("/db") != nil)
        }
    }

    @Test("drift is corrected while a hold keeps a push back, which stays queued")
    func correctionDuringHold() async throws {
        try await withObserver(ObserverSetup { $0.flags[.drift] = "correct" }) { world in
            let good = try await world.deploy(files)
            let bad = try await world.deploy(mem: 64)
            _ = try await world.control().perform(
                .rollback(deployment: good.id, seenCurrent: bad.id, until: .resume))
            let back = try await world.deployment(of: good.commit.description, in: .succeeded, after: bad.id)
            let push = try await world.push(mem: 96)
            try await world.deployment(of: push.after) { $0.wait?.rule == .hold }
            try await world.delete("/db")
            _ = try await world.control().apps()
            let correction = try await world.deployment(of: good.commit.description, in: .succeeded, after: back.id)
            #expect(correction.request.trigger == .drift)
            #expect(world.marathon.app("/db") != nil)
            try await world.deployment(of: push.after) { $0.stage == .queued && $0.wait?.rule == .hold }
        }
    }

    @Test("a deleted app and a copy with the labels of another app are drift, an app left over is not")
    func missingAndCopied() async throws {
        try await withObserver { world in
            try await world.deploy(files)
            let labels = try #require(world.marathon.app("/web")?.definition["labels"])
            try await world.delete("/db")
            world.marathon.createApp(["id": "/copy", "cmd": "x", "labels": labels])
            world.marathon.createApp(["id": "/left", "cmd": "x", "labels": ["DPLOY": "s4d", "DPLOY_SPEC": "old"]])
            let report = try await world.control().apps()
            #expect(report.apps.map(\.id) == ["/copy", "/db", "/left", "/web"])
            #expect(report.apps.map { $0.drift?.kind } == [.copied, .missing, nil, nil])
            #expect(report.apps.map(\.isOrphaned) == [false, false, true, false])
        }
    }

    @Test("while Marathon does not respond, the report has a problem and keeps the last known apps")
    func unreachable() async throws {
        try await withObserver { world in
            try await world.deploy(files)
            _ = try await world.control().apps()
            world.marathon.setLeaderless(true)
            let report = try await world.control().apps()
            #expect(report.apps.count == 2)
            #expect(report.problem?.contains("is unavailable (status 503)") == true, "\(report.problem ?? "nil")")
            #expect(!report.isCurrent && report.health == nil)
            #expect(report.apps.allSatisfy { report.health(of: $0) == nil })
            #expect(try await !world.metrics().text.contains("dploy_observer_drifted_apps"))
            let status = try await world.send(.get, "/status")
            #expect(status.json["healthy"] == false)
            let why = try await world.control().history(of: "/db")
            #expect(why.problem == report.problem)
            world.marathon.setLeaderless(false)
            _ = try await self.report(in: world) { $0.problem == nil }
        }
    }

    @Test("a report is dated before the target is read: a deployment that ends meanwhile ended later")
    func date() async throws {
        try await withObserver { world in
            // Without events, only a viewer causes a read. Only a report that differs is published, as after a change.
            world.marathon.inject(Fault(.get, "/v2/events", effect: .status(404)))
            try await world.deploy(files)
            _ = try await world.control().apps()
            try await world.put("/db", #"{"instances":3}"#)
            let gate = AnswerGate()
            world.marathon.inject(Fault(.get, "/v2/apps*", effect: .hold(gate)))
            async let drifted = report(in: world) { !$0.drifted.isEmpty }
            try await gate.holding()
            let during = Date()
            gate.open()
            let readAt = try #require(try await drifted.readAt)
            #expect(readAt < during)
        }
    }

    @Test("callers that ask for the apps at the same time share a read")
    func shared() async throws {
        try await withObserver { world in
            try await world.deploy(files)
            let control = try await world.control()
            let reads = { @Sendable in world.marathon.requests(.get, "/v2/apps*").count }
            _ = try await control.apps()
            let before = reads()
            _ = try await control.apps()
            let cost = reads() - before
            world.marathon.inject(Fault(.get, "/v2/apps*", effect: .delay(.milliseconds(500))))
            let reports = try await withThrowingTaskGroup(of: AppsReport.self) { group in
                for _ in 1...8 { group.addTask { try await control.apps() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(reports.allSatisfy { $0.isCurrent && $0.apps.count == 2 })
            #expect(reads() - before <= 5 * cost)
        }
    }

    @Test("after a restart, a commit that GitHub no longer has is not fetched for every read of the apps")
    func missingCommit() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var setup = ObserverSetup()
        setup.stateDirectory = directory
        let archives = "/repos/mhausenblas/s4d/tarball/*"
        try await withSimulators { simulators in
            _ = try await withObserver(setup, in: simulators) { try await $0.deploy(files) }
            simulators.gitHub.inject(Fault(.get, archives, effect: .status(404, body: "{}")))
            var again = setup
            again.waitsForHook = false
            try await withObserver(again, in: simulators) { world in
                let control = try await world.control()
                let report = try await control.apps()
                #expect(report.problem != nil)
                let fetched = world.gitHub.requests(.get, archives).count
                #expect(try await control.apps().problem == report.problem)
                #expect(world.gitHub.requests(.get, archives).count == fetched)
            }
        }
    }

    @Test("after a restart the specs of the last success are fetched when someone looks")
    func restart() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var setup = ObserverSetup()
        setup.stateDirectory = directory
        try await withSimulators { simulators in
            _ = try await withObserver(setup, in: simulators) { try await $0.deploy(files) }
            var again = setup
            again.waitsForHook = false
            try await withObserver(again, in: simulators) { world in
                _ = try await world.engine.listening.get()
                try await world.put("/db", #"{"mem":99}"#)
                let report = try await world.control().apps()
                #expect(report.drifted.map(\.id) == ["/db"])
                #expect(report.drifted.first?.drift?.fields.map(\.path) == ["/mem"])
            }
        }
    }
}

extension AppsWatchTests {
    @Test("drift and its correction are logged, counted in the metrics, and posted to the notification endpoint")
    func announced() async throws {
        try await withSimulators { simulators in
            let receiver = simulators.mesosDNS
            let setup = ObserverSetup {
                $0.flags[.notify] = receiver.url + "/chat"
                $0.flags[.drift] = "correct"
            }
            try await withObserver(setup, in: simulators) { world in
                let deployed = try await world.deploy(["dploy.app": Files.descriptor, "specs/db.json": Files.app("db")])
                _ = try await world.control().apps()
                try await world.put("/db", #"{"mem":99}"#)
                let drifted = try await receiver.request { $0.request.path == "/chat" }
                #expect(drifted.json["event"] == "drifted")
                #expect(drifted.json["deployment"] == .integer(Int(deployed.id)))
                #expect(drifted.json["outcome"] == "/db differs from its spec: /mem is 99, not 32.")
                let corrected = try await receiver.request(count: 2) { $0.request.path == "/chat" }
                #expect(corrected.json["event"] == "corrected")
                for notification in [drifted.json, corrected.json] {
                    let app = notification["apps"]?[0]
                    #expect(app?["id"] == "/db" && app?["kind"] == "changed")
                    let field = app?["fields"]?[0]
                    #expect(field?["path"] == "/mem" && field?["before"] == "99" && field?["after"] == "32")
                    #expect(app?["since"]?.string != nil && app?["since"] == drifted.json["apps"]?[0]?["since"])
                }
                _ = try await world.control().apps()
                #expect(try await world.metrics().text.contains("\ndploy_observer_drifted_apps{"))
                try await world.log.wait(for: "/db no longer drifts from its spec.")
            }
        }
    }
}

extension World {
    /// Changes an app as someone would by hand.
    func put(_ app: String, _ body: String) async throws {
        let url = try ServiceURL(marathon.url)
        let client = JSONClient(http: .shared, base: url)
        let response = try await client.send(
            JSONRequest(.put, "/v2/apps\(app)", query: [("force", "true")], body: Data(body.utf8)))
        #expect(response.isSuccess)
    }

    fileprivate func delete(_ app: String) async throws {
        let client = JSONClient(http: .shared, base: try ServiceURL(marathon.url))
        let response = try await client.send(JSONRequest(.delete, "/v2/apps\(app)"))
        #expect(response.isSuccess)
        try await marathon.waitUntilGone(app)
    }
}
