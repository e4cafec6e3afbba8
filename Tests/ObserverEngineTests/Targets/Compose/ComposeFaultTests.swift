import ComposeDouble
import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Deploying with Compose when something fails")
struct ComposeFaultTests {
    private static let better = #""image": "web:2""#

    @Test("without a compose command, the outcome names those that were tried, and the deployment is retried")
    func noClient() async throws {
        var setup = ObserverSetup { $0.environment["PATH"] = "/nowhere" }
        setup.flags[.target] = "compose"
        try await withObserver(setup) { world in
            let run = try await world.deploy(ComposeFile.site().files)
            #expect(run.stage == .failed)
            let outcome = try #require(run.outcome)
            #expect(
                outcome.hasPrefix("No compose command works (tried docker compose, docker-compose, podman-compose)"),
                "\(outcome)")
            #expect(run.retry != nil)
        }
    }

    @Test(
        "what lies outside the commit is retried, and changes nothing",
        arguments: [
            (
                DoubleWorld.Fault.daemonDown,
                "The container engine is not available: Cannot connect to the Docker daemon"
            ),
            (.permission, "The container engine is not available: permission denied"),
            (.diskFull, "Compose's pull exited with status 1: write /var/lib/docker"),
            (.registryDown, "Compose's pull exited with status 1: web Pulling"),
        ])
    func external(fault: DoubleWorld.Fault, expected: String) async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site().files)
            try double.set(fault)
            let run = try await world.deploy(ComposeFile.site(web: Self.better).files)
            #expect(run.stage == .failed)
            #expect(run.outcome?.hasPrefix(expected) == true, "\(run.outcome ?? "")")
            #expect(run.retry != nil)
            try double.set(nil)
            #expect(try double.state.created.count == 2)
        }
    }

    @Test("a pull that reports success without an image changes nothing, and is retried")
    func pullsNothing() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site().files)
            try double.set(.pullsNothing)
            let run = try await world.deploy(ComposeFile.site(web: Self.better).files)
            #expect(run.stage == .failed && run.retry != nil)
            let expected =
                "Compose's pull reported success, but did not pull web:2 for web. Nothing was applied. "
                + "See its output in the deployment log."
            #expect(run.outcome?.hasPrefix(expected) == true, "\(run.outcome ?? "")")
            #expect(double.calls.last == "pull web")
            #expect(try double.state.containers.allSatisfy { $0.stoppedAt == nil })
            try double.set(nil)
        }
    }

    @Test("a rollback does not wait for a service that was not restarted")
    func rollbackOfOne() async throws {
        try await withCompose { world, _ in
            let api = #""image": "api:1""#
            try await world.deploy(ComposeFile(["api": api, "web": #""image": "web:1""#]).files)
            let bad = try await world.deploy(
                ComposeFile(["api": api, "web": #""image": "web:2", "x-double": "exits 3""#]).files)
            #expect(bad.outcome?.hasSuffix("the previous version of web is healthy.") == true, "\(bad.outcome ?? "")")
            let lines = try await world.journal(of: bad)
            #expect(lines.contains("waiting web: just started"))
            #expect(!lines.contains { $0.hasPrefix("waiting api:") }, "\(lines)")
        }
    }

    @Test("an image that the registry refuses is the commit's fault")
    func pullRefused() async throws {
        try await withCompose { world, double in
            try double.set(.pullRefused)
            let run = try await world.deploy(ComposeFile.site().files)
            #expect(run.stage == .failed && run.retry == nil)
            #expect(run.outcome?.contains("pull access denied for db:1") == true, "\(run.outcome ?? "")")
            #expect(try double.state.containers.isEmpty)
        }
    }

    @Test("a service that is unhealthy is rolled back, and its last output is quoted")
    func unhealthy() async throws {
        try await withCompose { world, double in
            let good = try await world.deploy(ComposeFile.site().files)
            let bad = try await world.deploy(
                ComposeFile.site(
                    web: #""image": "web:2", "x-double": "unhealthy", "x-output": "no database", "healthcheck": {}"#
                ).files)
            #expect(bad.stage == .failed)
            let outcome = try #require(bad.outcome)
            #expect(
                outcome.hasPrefix(
                    "web is unhealthy: its health check is failing: GET /   connection refused "
                        + "(no container is healthy; its last output: "),
                "\(outcome)"
            )
            #expect(outcome.contains("no database"), "\(outcome)")
            #expect(outcome.hasSuffix("Rolled back; the previous version of web is healthy."), "\(outcome)")
            #expect(bad.changes.map(\.result) == [nil, .restored])
            let web = try #require(try double.containers(of: "web").first)
            #expect(web.imageName == "web:1" && web.commit == good.commit.description)
            #expect(try String(contentsOfFile: world.liveTree + "/compose.yaml", encoding: .utf8).contains("web:1"))
            // The next commit finds what is running.
            let next = try await world.deploy(ComposeFile.site().files)
            #expect(next.outcome == "2 unchanged")
        }
    }

    @Test("a new service that restarts again and again is removed again")
    func restartLoop() async throws {
        try await withCompose(.timeout(10)) { world, double in
            try await world.deploy(ComposeFile(["db": #""image": "db:1""#]).files)
            let bad = try await world.deploy(
                ComposeFile([
                    "db": #""image": "db:1""#,
                    "web": #""image": "web:1", "restart": "always", "x-double": "restarting""#,
                ])
                .files)
            let outcome = try #require(bad.outcome)
            #expect(outcome.contains("restarted "), "\(outcome)")
            #expect(outcome.contains(" times, exited with status 3"), "\(outcome)")
            #expect(outcome.hasSuffix("web was new and is removed again."), "\(outcome)")
            #expect(try double.state.containers.map(\.service) == ["db"])
            let lines = try await world.journal(of: bad).filter { $0.hasPrefix("waiting web:") }
            #expect(lines.count <= 3, "one line for each restart: \(lines)")
        }
    }

    @Test("a broken version that was started before the observer stopped is rolled back after its start")
    func brokenBeforeRestart() async throws {
        let web = #""image": "web:2", "restart": "always", "x-double": "restarting""#
        try await stop(.timeout(10), whileDeploying: web) { world, _, bad in
            try await world.deployment(of: bad, in: .waiting)
        } afterNextStart: { double, good, _ in
            let web = try #require(try double.containers(of: "web").first)
            #expect(web.imageName == "web:1" && web.commit == good)
        }
    }

    @Test("after a stop during a rollback, the next start deploys the last success, not the broken commit")
    func stopWhileRestoring() async throws {
        try await stop(whileDeploying: #""image": "web:2", "x-double": "exits 3""#) { _, double, _ in
            // It is being restored, and has not settled yet.
            try await withTimeout(.testTimeout) {
                while try double.state.created.filter({ $0.hasPrefix("web ") }).count < 3 {
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
        } afterNextStart: { double, _, bad in
            let ofBroken = try double.state.created.filter { $0 == "web \(bad.shortCommit)" }
            #expect(ofBroken.count == 1)
            let images = try double.containers(of: "web").map(\.imageName)
            #expect(images == ["web:1"])
        }
    }

    /// Stops the observer while it deploys a broken commit after a good one, and expects the next start to deploy the good one
    /// again.
    /// - Parameters:
    ///   - web: The broken service.
    ///   - isReached: Waits for the moment of the stop.
    ///   - check: Checks what runs in the end.
    private func stop(
        _ setup: ObserverSetup = ObserverSetup(), whileDeploying web: String,
        once isReached: @escaping @Sendable (World, DoubleWorld, _ bad: String) async throws -> Void,
        afterNextStart check: @escaping @Sendable (DoubleWorld, _ good: String, _ bad: String) throws -> Void
    ) async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let double = try DoubleWorld.make(in: directory + "/double")
        var setup = setup
        setup.flags[.target] = "compose"
        setup.environment.merge(double.environment) { $1 }
        setup.stateDirectory = directory + "/state"
        try await withSimulators { simulators in
            let (good, bad) = try await withObserver(setup, in: simulators) { world in
                let good = try await world.deploy(ComposeFile.site().files)
                let bad = try await world.gitHub.push(files: ComposeFile.site(web: web).files)
                try await isReached(world, double, bad.after)
                return (good.commit.description, bad.after)
            }
            setup.waitsForHook = false
            try await withObserver(setup, in: simulators) { world in
                let failed = try await world.end(of: bad)
                #expect(failed.stage == .failed, "\(failed.outcome ?? "")")
                let rollback = try await world.deployment(of: good, in: .succeeded, after: failed.id)
                #expect(rollback.request.trigger == .rollback)
                try check(double, good, bad)
            }
        }
    }

    @Test("a deployment plans once the Compose that a killed observer left running has ended")
    func leftover() async throws {
        try await withCompose { world, double in
            let files = ComposeFile.site().files
            try await world.deploy(files)
            let web = try #require(try double.containers(of: "web").first)
            let record = LeftoverProcess(file: world.configuration.state.directory + "/compose/compose.pid")
            let compose = ChildProcess(
                "/bin/sh", record.recording(["/bin/sh", "-c", "sleep 2; exec docker stop \(web.id)"]),
                environment: double.environment, directory: "/")
            async let ending = compose.run { _ in }
            try await withTimeout(.testTimeout) {
                while !FileManager.default.fileExists(atPath: record.file) {
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            let next = try await world.deploy(files.merging(["README": "More."]) { $1 })
            #expect(next.outcome == "1 updated (web), 1 unchanged")
            #expect(try double.containers(of: "web").map(\.stoppedAt) == [nil])
            #expect(try await ending.isSuccess)
        }
    }

    @Test("the output of a broken service is not taken for a failure of the engine or the registry")
    func misleadingOutput() {
        let failure = ComposeFailure.ended(
            .start, ending: "exited with status 1", reason: "dependency failed to start: container db is unhealthy",
            services: "db is unhealthy: its last output: dial tcp: connect: connection refused")
        #expect(!failure.isExternal && failure.callsForRestore)
        #expect(failure.description.contains("connection refused"))
    }

    @Test("a service that exits is noticed at once; a job that completes is healthy")
    func exits() async throws {
        try await withCompose { world, _ in
            let good = try await world.deploy(
                ComposeFile(["job": #""image": "job:1", "x-double": "exits 0""#]).files)
            #expect(good.stage == .succeeded, "\(good.outcome ?? "")")
            let bad = try await world.deploy(ComposeFile(["job": #""image": "job:2", "x-double": "exits 3""#]).files)
            #expect(bad.outcome?.hasPrefix("job is unhealthy: exited with status 3 (") == true, "\(bad.outcome ?? "")")
        }
    }

    @Test("if Compose fails half-way, the previous tree is brought up again")
    func half() async throws {
        try await withCompose { world, double in
            let good = try await world.deploy(ComposeFile(["a": #""image": "a:1""#, "b": #""image": "b:1""#]).files)
            try double.set(.half)
            let push = try await world.gitHub.push(
                files: ComposeFile(["a": #""image": "a:2""#, "b": #""image": "b:2""#]).files)
            try await world.deployment(of: push.after) { $0.stage == .waiting || $0.stage.isFinal }
            try double.set(nil)
            let bad = try await world.end(of: push.after)
            let outcome = try #require(bad.outcome)
            #expect(outcome.contains("port is already allocated"), "\(outcome)")
            #expect(try double.state.containers.map(\.imageName).sorted() == ["a:1", "b:1"], "\(outcome)")
            #expect(try double.state.containers.allSatisfy { $0.commit == good.commit.description })
        }
    }

    @Test("on a host on which everything takes a while, a deployment takes longer")
    func late() async throws {
        try await withCompose(.timeout(40)) { world, double in
            try double.set(.late)
            let run = try await world.deploy(ComposeFile.site().files)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            #expect(double.calls == ["pull db web", "up -d --no-build"] && double.overlaps.isEmpty)
            let next = try await world.deploy(ComposeFile.site(web: Self.better).files)
            #expect(next.outcome == "1 updated, 1 unchanged" || next.stage == .succeeded, "\(next.outcome ?? "")")
        }
    }

    @Test("an engine that does not respond is reported, a deployment fails at its deadline, and changes nothing")
    func silent() async throws {
        try await withCompose(.timeout(6)) { world, double in
            try await world.deploy(ComposeFile.site().files)
            try double.set(.silent)
            let report = try await world.control().apps()
            #expect(report.problem?.contains("timed out") == true, "\(report.problem ?? "")")
            let run = try await world.deploy(ComposeFile.site(web: Self.better).files)
            #expect(run.stage == .failed)
            #expect(run.outcome?.contains("timed out") == true, "\(run.outcome ?? "")")
            try double.set(nil)
            #expect(try double.containers(of: "web").map(\.imageName) == ["web:1"])
        }
    }

    @Test("a Compose that never ends is killed at the deadline")
    func hanging() async throws {
        try await withCompose(.timeout(10)) { world, double in
            try await world.deploy(ComposeFile(["a": #""image": "a:1""#]).files)
            try double.set(.hang)
            let push = try await world.gitHub.push(files: ComposeFile(["a": #""image": "a:2""#]).files)
            try await world.deployment(of: push.after) { $0.stage == .waiting || $0.stage.isFinal }
            try double.set(nil)
            let bad = try await world.end(of: push.after)
            let outcome = try #require(bad.outcome)
            #expect(outcome.contains("timed out after"), "\(outcome)")
            #expect(try double.state.containers.map(\.imageName) == ["a:1"], "\(outcome)")
            #expect(double.overlaps.isEmpty)
        }
    }

    @Test("a cancelled deployment ends at once, and the next push converges")
    func cancelled() async throws {
        try await withCompose { world, double in
            try double.set(.hang)
            let push = try await world.gitHub.push(files: ComposeFile(["a": #""image": "a:1""#]).files)
            let running = try await world.deployment(of: push.after, in: .applying)
            while double.calls.last != "up -d --no-build" { try await Task.sleep(for: .milliseconds(20)) }
            try await world.control().perform(.cancel(deployment: running.id))
            #expect(try await world.end(of: push.after).stage == .cancelled)
            try double.set(nil)
            let run = try await world.deploy(ComposeFile(["a": #""image": "a:2""#]).files)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            #expect(try double.state.containers.map(\.imageName) == ["a:2"])
            #expect(double.overlaps.isEmpty)
        }
    }

    @Test("after the state directory was lost, nothing is recreated")
    func lostDisk() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site().files)
            try FileManager.default.removeItem(atPath: world.configuration.state.directory + "/compose")
            let run = try await world.deploy(["README.md": "hello\n"])
            #expect(run.outcome == "2 unchanged")
            #expect(try double.state.created.count == 2)
        }
    }
}
