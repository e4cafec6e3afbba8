import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Deployments with deploy windows")
struct WindowedDeploymentTests {
    /// A setup whose only window is the whole day after tomorrow.
    private static func closed() -> ObserverSetup {
        ObserverSetup {
            let day = Int(Date().timeIntervalSince1970 / 86_400 + 4 + 2) % 7
            $0.flags[.window] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][day] + " 00:00-24:00"
        }
    }

    @Test("outside of the window a push waits, shows until when, and fetches nothing; a reason overrides it")
    func waits() async throws {
        try await withObserver(Self.closed()) { world in
            let push = try await world.push(mem: 32)
            let waiting = try await world.deployment(of: push.after) { $0.wait != nil }
            let wait = try #require(waiting.wait)
            #expect(waiting.stage == .queued && wait.rule == .window)
            #expect(wait.sentence.hasPrefix("outside the deploy window until "))
            #expect(wait.sentence.hasSuffix(" 00:00 UTC"))
            let until = try #require(wait.until)
            #expect(until.timeIntervalSince1970.truncatingRemainder(dividingBy: 86_400) == 0)
            #expect((86_400.0...172_800).contains(until.timeIntervalSinceNow))
            try await world.gitHub.waitForStatus("pending", of: push.after)
            #expect(world.gitHub.requests(.get, "/repos/*/*/tarball/*").isEmpty)
            #expect(world.marathonIsUntouched)
            let summary = try await world.control().deployment(waiting.id).summary
            #expect(summary.wait == wait)
            _ = try await world.control().perform(.deploy(commit: nil, force: false, override: "hotfix"))
            try await world.deployment(of: push.after, in: .succeeded)
        }
    }

    @Test("a rollback is allowed outside of the window, and the windows of the next start count")
    func rollback() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await withSimulators { simulators in
            var open = ObserverSetup()
            open.stateDirectory = directory
            let (good, bad) = try await withObserver(open, in: simulators) { world in
                (try await world.deploy(mem: 32), try await world.deploy(mem: 64))
            }
            var closed = Self.closed()
            closed.stateDirectory = directory
            closed.waitsForHook = false
            let push = try await withObserver(closed, in: simulators) { world in
                let control = try await world.control()
                _ = try await control.perform(.rollback(deployment: good.id, seenCurrent: bad.id))
                _ = try await world.deployment(of: good.commit.description, in: .succeeded, after: good.id)
                try await world.log.wait(for: "Ping received: GitHub can reach")
                let push = try await world.push(mem: 96)
                try await world.deployment(of: push.after) { $0.wait?.rule == .window }
                return push
            }
            open.waitsForHook = false
            try await withObserver(open, in: simulators) { world in
                _ = try await world.deployment(of: push.after, in: .succeeded)
            }
        }
    }
}
