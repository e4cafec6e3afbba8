import ObserverEngine
import Simulators
import Testing

@Suite("Reasons of operators")
struct OperatorReasonTests {
    private static let typed = " slow queries\nsee ticket 12\n"
    private static let whole = "slow queries\nsee ticket 12"

    @Test("the reason of a rollback is in its row and its log, whole, and its hold is named in one line")
    func rollback() async throws {
        try await withObserver { world in
            let control = try await world.control()
            let good = try await world.deploy(mem: 32)
            let bad = try await world.deploy(mem: 64)
            _ = try await control.perform(
                .rollback(deployment: good.id, seenCurrent: bad.id, reason: Self.typed))
            let run = try await world.deployment(of: good.commit.description, in: .succeeded, after: good.id)
            #expect(run.request.reason == Self.whole && run.request.override == nil)
            #expect(try await control.deployments().first?.reason == Self.whole)
            #expect(try await control.deployment(run.id).summary.reason == Self.whole)
            #expect(try await control.deployment(bad.id).summary.reason == nil)
            let hold = try #require(try await control.engine().hold)
            #expect(hold.reason == Self.whole && hold.summary.hasSuffix(": slow queries …)"), "\(hold.summary)")
            let line = "rollback requested by \(try await world.user()): slow queries see ticket 12"
            #expect(try await world.journal(of: run).contains(line))
        }
    }

    @Test("a token of anyone in a reason is masked, also in the audit log, and a reason that is too long is refused")
    func unwanted() async throws {
        try await withObserver { world in
            let control = try await world.control()
            let token = "ghp_" + String(repeating: "aB3", count: 12)
            _ = try await control.perform(.pause(reason: "use \(token) now"))
            let pause = try #require(try await control.engine().pause)
            let mask = Secret(token).description
            #expect(pause.reason == "use \(mask) now")
            #expect(try await control.audit().first?.reason == "use \(mask) now")
            _ = try await control.perform(.pause(reason: String(repeating: "ü", count: 256)))
            let failure = try await refusal {
                try await control.perform(.pause(reason: String(repeating: "ü", count: 256) + "!"))
            }
            #expect(failure?.description == "The reason has 513 bytes; it may have at most 512.")
        }
    }

    @Test("the reason of a rejection is whole in the row and in the log, and its first line is the commit status")
    func rejection() async throws {
        try await withObserver(ObserverSetup { $0.flags[.approve] = "always" }) { world in
            let push = try await world.push(mem: 32)
            let waiting = try await world.deployment(of: push.after) { $0.wait?.rule == .approval }
            let control = try await world.control()
            let start = "Rejected by \(try await world.user()): slow queries"
            _ = try await control.perform(.reject(deployment: waiting.id, reason: Self.typed))
            let ended = try await world.deployment(of: push.after, in: .cancelled)
            #expect(ended.outcome == "\(start)\nsee ticket 12. Nothing was applied.")
            #expect(try await control.deployment(ended.id).summary.outcome == ended.outcome)
            let last = try await world.journal(of: ended).last
            #expect(last == "cancelled \(start) see ticket 12. Nothing was applied.")
            let status = try await world.gitHub.waitForStatus("failure", of: push.after)
            #expect(status.description == "\(start) …")
            let blocked = try await world.engine { $0.blocked != nil }.blocked ?? ""
            #expect(blocked.contains("slow queries …. Push again"), "\(blocked)")
        }
    }

    @Test("the reasons of a pause and an override are whole, and what waits shows the first line")
    func pauseAndOverride() async throws {
        try await withObserver { world in
            let control = try await world.control()
            _ = try await control.perform(.pause(reason: Self.typed))
            #expect(try await control.engine().pause?.reason == Self.whole)
            let push = try await world.push(mem: 32)
            let waiting = try await world.deployment(of: push.after) { $0.wait != nil }
            let sentence = waiting.wait?.sentence ?? ""
            #expect(sentence.hasSuffix(": slow queries …"), "\(sentence)")
            let status = try await world.gitHub.waitForStatus("pending", of: push.after)
            #expect(status.description == "Waiting: \(sentence)")
            _ = try await control.perform(.deploy(commit: nil, force: false, override: Self.typed))
            let run = try await world.deployment(of: push.after, in: .succeeded)
            #expect(run.request.override == Self.whole && run.request.reason == nil)
            #expect(try await world.journal(of: run).contains { $0.hasSuffix("\"slow queries see ticket 12\"") })
        }
    }
}
