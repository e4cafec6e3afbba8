import ComposeDouble
import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Services as apps")
struct ComposeAppsTests {
    @Test("they are listed with their containers, commit and health, and their output can be read")
    func listed() async throws {
        try await withCompose { world, _ in
            let run = try await world.deploy(
                ComposeFile.site(web: #""image": "web:1", "x-output": "hello from web""#).files)
            let client = try await world.control()
            let report = try await client.apps()
            #expect(report.running?.id == run.commit.description)
            #expect(report.apps.map(\.id) == ["db", "web"])
            #expect(report.apps.allSatisfy { $0.isHealthy == true && $0.drift == nil })
            #expect(report.apps.allSatisfy { $0.commit == run.commit.description })
            #expect(report.apps.last?.instances.map(\.id) == ["s4d-web-1"])
            let output = try await client.output(of: "web", lines: 1)
            #expect(output == [AppOutput(instance: "s4d-web-1", lines: ["hello from web"])])
            let unknown = try await refusal { try await client.output(of: "nothing", lines: 1) }
            #expect(unknown?.status == 422)
        }
    }

    @Test("one that someone stopped or removed has drifted, and a correction brings it back")
    func drift() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site().files)
            try double.change { state in
                state.containers.removeAll { $0.service == "web" }
                state.containers[0].stoppedAt = Date()
            }
            let report = try await world.control().apps()
            #expect(report.apps.map(\.drift?.kind) == [.changed, .missing])
            #expect(report.apps.first?.drift?.fields.map(\.path) == ["/state"])
            #expect(report.apps.first?.drift?.fields.first?.before == "\"stopped (exit status 137)\"")
            #expect(report.apps.first?.lastFailure?.state == "stopped")
        }
        var setup = ObserverSetup { $0.flags[.drift] = "correct" }
        setup.flags[.review] = "1"
        try await withCompose(setup) { world, double in
            let run = try await world.deploy(ComposeFile.site().files)
            try double.change { state in state.containers.removeAll { $0.service == "web" } }
            let correction = try await world.deployment(of: run.commit.description, in: .succeeded, after: run.id)
            #expect(correction.request.trigger == .drift)
            #expect(try double.containers(of: "web").map(\.commit) == [run.commit.description])
        }
    }

    @Test("one that someone started with another configuration has drifted")
    func changed() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site().files)
            try double.change { $0.containers[1].labels["com.docker.compose.config-hash"] = "something else" }
            let report = try await world.control().apps()
            #expect(report.apps.last?.drift?.fields.map(\.path) == ["/x-config-hash"])
        }
    }

    @Test("one that someone created without the observer has drifted, and a correction replaces it")
    func recreated() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site().files)
            try double.change { removeOwnLabels(of: &$0.containers[1]) }
            let report = try await world.control().apps()
            #expect(report.drifted.map(\.drift?.kind) == [.recreated])
        }
        var setup = ObserverSetup { $0.flags[.drift] = "correct" }
        setup.flags[.review] = "1"
        try await withCompose(setup) { world, double in
            let run = try await world.deploy(ComposeFile.site().files)
            try double.change { removeOwnLabels(of: &$0.containers[1]) }
            let correction = try await world.deployment(of: run.commit.description, in: .succeeded, after: run.id)
            #expect(correction.request.trigger == .drift && correction.request.correctedApps?.count == 1)
            #expect(try double.change { $0.containers }.allSatisfy { $0.commit == run.commit.description })
        }
    }

    private func removeOwnLabels(of container: inout DoubleWorld.Container) {
        container.labels = container.labels.filter { !$0.key.hasPrefix("DPLOY") }
        container.labels["com.docker.compose.config-hash"] = "without them"
    }

    @Test("a change is noticed by the engine's events")
    func events() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site().files)
            let stream = try await world.control().events()
            try await withTimeout(.testTimeout) {
                var events = stream.makeAsyncIterator()
                var isStopped = false
                while let event = try await events.next()?.event {
                    guard case .apps(let report) = event else {
                        guard !isStopped, case .snapshot = event else { continue }
                        isStopped = true
                        try double.change { $0.containers[0].stoppedAt = Date() }
                        continue
                    }
                    if report.apps.first?.drift != nil { return }
                }
            }
        }
    }

    @Test("a change is noticed by the engine's events, also once the project has another name")
    func eventsOfRenamedProject() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site().files)
            let stream = try await world.control().events()
            let renamed = try await world.deploy(["dploy.app": "app_name: queue\n"])
            // Without events it would be noticed after 30 s.
            try await withTimeout(.seconds(20) * Slowness.factor) {
                var isStopped = false
                for try await event in stream {
                    guard case .apps(let report) = event.event else { continue }
                    if isStopped, report.apps.first?.drift != nil { return }
                    guard !isStopped, report.running?.id == renamed.commit.description, report.readAt != nil
                    else { continue }
                    isStopped = true
                    try double.change { state in
                        let index = try #require(state.containers.firstIndex { $0.project == "queue" })
                        state.containers[index].stoppedAt = Date()
                    }
                }
            }
        }
    }

    @Test("a plan shows changes and changes nothing")
    func plan() async throws {
        try await withCompose { world, double in
            let run = try await world.deploy(ComposeFile.site().files)
            let calls = double.calls
            try await world.gitHub.push(
                files: ComposeFile.site(web: #""image": "web:2", "environment": {"KEY": "secret value"}"#).files,
                branch: "next")
            let report = try await world.control().plan(PlanRequest(ref: "next"))
            #expect(report.summary == "1 updated (web), 1 unchanged")
            #expect(report.running?.id == run.commit.description)
            let fields = report.changes.last?.fields ?? []
            #expect(fields.map(\.path) == ["/environment", "/image"])
            #expect(fields.first?.after == "********")
            #expect(double.calls == calls)
        }
    }

    @Test("the doctor reports the compose command and the engine, and what is wrong with it")
    func doctor() async throws {
        try await withCompose { world, double in
            let doctor = Doctor(
                configuration: .success(world.configuration), environment: double.environment, http: .shared,
                observer: nil)
            var findings = try await doctor.run()
            #expect(findings.first { $0.check == .compose }?.text == "deploys with: docker compose 2.99.0-double")
            #expect(findings.first { $0.check == .engine }?.verdict == .ok)
            try double.set(.permission)
            findings = try await doctor.run()
            let engine = try #require(findings.first { $0.check == .engine })
            #expect(engine.verdict == .failure)
            #expect(engine.remedy?.contains("group") == true)
            #expect(!findings.contains { $0.check == .marathon })
        }
    }
}

@Suite("Decisions of operators with Compose")
struct ComposeDecisionTests {
    @Test("a pause outlives the disk")
    func pause() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let double = try DoubleWorld.make(in: directory)
        var setup = ObserverSetup { $0.flags[.target] = "compose" }
        setup.environment = double.environment
        let observed = setup
        try await withSimulators { simulators in
            try await withObserver(observed, in: simulators) { world in
                try await world.control().perform(.pause())
                _ = try await world.engine { $0.decisions == .saved }
            }
            #expect(try double.state.volumes.count == 1)
            // Another state directory.
            try await withObserver(observed, in: simulators) { world in
                _ = try await world.engine { $0.isPaused }
                try await world.control().perform(.resume())
                _ = try await world.engine { $0.decisions == .saved && !$0.isPaused }
            }
            #expect(try double.state.volumes.count == 1)
        }
    }
}
