import Foundation
import Testing

@testable import ObserverEngine

@Suite("Decisions of operators")
struct DecisionsTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000.25)

    private static func decisions(_ decide: (inout Decisions) throws -> Void) rethrows -> Decisions {
        var decisions = Decisions()
        try decide(&decisions)
        return decisions
    }

    @Test("of two places, the newer one of each decision wins, whichever place is asked first")
    func merging() throws {
        let commit = try Sample.commit(1)
        let disk = Self.decisions {
            $0.decide(pause: Pause(), at: Self.start)
            $0.decide(hold: Hold(at: commit, leaving: []), at: Self.start)
        }
        let elsewhere = Self.decisions {
            $0.decide(pause: nil, at: Self.start + 60)
            $0.decide(hold: nil, at: Self.start - 60)
            $0.decide(hookRemoved: true, at: Self.start)
        }
        for merged in [disk.merged(with: elsewhere), elsewhere.merged(with: disk)] {
            #expect(merged.pause.value == nil && merged.pause.at == Self.start + 60)
            #expect(merged.hold.value?.commit == commit)
            #expect(merged.hookRemoval.value)
        }
    }

    @Test("a changed pause keeps its beginning and its author, shows who changed it last, and wins as the newer one")
    func changedPause() throws {
        let first = Self.decisions { $0.decide(pause: Pause(reason: "night", by: "ann"), at: Self.start) }
        var changed = first
        changed.decide(pause: Pause(reason: "migration", by: "bob"), at: Self.start + 60)
        changed.decide(pause: Pause(reason: "more\nlater", by: "eve", until: Self.start + 3600), at: Self.start + 120)
        let pause = try #require(BranchState(decisions: changed).pause)
        #expect(pause.since == Self.start && pause.by == "ann")
        #expect(pause.changedAt == Self.start + 120 && pause.changedBy == "eve")
        #expect(pause.reason == "more\nlater" && pause.until == Self.start + 3600)
        let end = (Self.start + 3600).rfc3339
        #expect(pause.sentenceWithEnd == "deployments are paused by ann (changed by eve) until \(end): more …")
        #expect(first.merged(with: changed) == changed && changed.merged(with: first) == changed)
        let labels = DecisionLabels.labels(for: changed, of: Sample.branch)
        #expect(DecisionLabels.decisions(in: labels) == changed)
    }

    @Test("a pause after the end of another one is a new one")
    func nextPause() throws {
        var decisions = Self.decisions {
            $0.decide(pause: Pause(by: "ann", until: Self.start + 60), at: Self.start)
            $0.decide(pause: Pause(by: "bob"), at: Self.start + 60)
        }
        let next = try #require(BranchState(decisions: decisions).pause)
        #expect(next.since == Self.start + 60 && next.by == "bob" && next.changedAt == nil)
        decisions.decide(pause: nil, at: Self.start + 90)
        decisions.decide(pause: Pause(by: "eve"), at: Self.start + 120)
        let last = try #require(BranchState(decisions: decisions).pause)
        #expect(last.since == Self.start + 120 && last.by == "eve" && last.changedBy == nil)
    }

    @Test("what was never decided does not replace a decision")
    func undecided() {
        let paused = Self.decisions { $0.decide(pause: Pause(), at: Self.start) }
        #expect(Decisions().merged(with: paused) == paused)
        #expect(paused.merged(with: Decisions()) == paused)
    }

    @Test("the end of a hold that was never stored is not stored, and the end of a stored one is")
    func worthStoring() throws {
        let lifted = Self.decisions {
            $0.decide(hold: nil, at: Self.start)
            $0.decide(pause: nil, at: Self.start)
        }
        #expect(lifted.worthStoring(over: Decisions()) == Decisions())
        let held = try Self.decisions {
            $0.decide(hold: Hold(at: try Sample.commit(1), leaving: []), at: Self.start - 60)
        }
        #expect(held.worthStoring(over: Decisions()) == held)
        #expect(
            held.merged(with: lifted).worthStoring(over: held)
                == Self.decisions { $0.decide(hold: nil, at: Self.start) })
    }

    @Test("the id of the repository is stored with a decision, or once an operator accepted it")
    func repository() throws {
        var decisions = Self.decisions { $0.note(repository: 5) }
        #expect(decisions.worthStoring(over: Decisions()) == Decisions())
        decisions.decide(pause: nil, at: Self.start)
        #expect(decisions.worthStoring(over: Decisions()) == Decisions())
        decisions.decide(pause: Pause(), at: Self.start)
        #expect(decisions.worthStoring(over: Decisions()) == decisions)
        decisions.note(repository: 6)
        #expect(decisions.repository.value == 5)

        let accepted = Self.decisions { $0.decide(repository: 7, at: Self.start) }
        #expect(accepted.worthStoring(over: Decisions()) == accepted)
        #expect(accepted.merged(with: decisions).repository.value == 7)
        #expect(decisions.merged(with: accepted).repository.value == 7)
    }

    @Test("a decision is newer than the one before it, also if the clock was set back")
    func clock() {
        var decisions = Self.decisions { $0.decide(pause: Pause(), at: Self.start) }
        let before = decisions
        decisions.decide(pause: nil, at: Self.start - 86_400)
        #expect(before.merged(with: decisions) == decisions)
        #expect(decisions.merged(with: before) == decisions)
    }

    @Test("a hold remembers a limited number of commits, each once, and not the one it is at")
    func hold() throws {
        let commits = try (0..<60).map { try Sample.commit($0 % 30) }
        let hold = Hold(at: commits[0], leaving: commits)
        #expect(hold.leaving == Array(commits[1...20]))
    }

    @Test("survive in labels to the millisecond", arguments: [0.0, 0.001, 0.123, 0.999, 0.25])
    func labels(fraction: Double) throws {
        let time = Date(timeIntervalSince1970: 1_800_000_000 + fraction)
        let decisions = try Self.decisions {
            $0.decide(pause: Pause(), at: time)
            $0.decide(
                hold: Hold(
                    at: try Sample.commit(1), leaving: [try Sample.commit(2), try Sample.commit(3)], because: .rollback),
                at: time)
            $0.decide(repository: 61_583_920, at: time)
            $0.decide(hookRemoved: false, at: time)
        }
        let labels = DecisionLabels.labels(for: decisions, of: Sample.branch)
        #expect(labels["DPLOY_OBSERVER"] == "mhausenblas/s4d:dcos")
        #expect(DecisionLabels.decisions(in: labels) == decisions)
        #expect(DecisionLabels.isOf(Sample.branch, labels) && !DecisionLabels.isOf(Sample.staging, labels))
    }

    @Test("labels that someone edited count as absent")
    func edited() {
        let labels = [
            "DPLOY_OBSERVER_PAUSED": "true", "DPLOY_OBSERVER_HELD_AT": "main 2026-01-02T03:04:05.000Z",
            "DPLOY_OBSERVER_HOOK_REMOVED": "maybe 2026-01-02T03:04:05.000Z", "DPLOY_OBSERVER_ROLLED_BACK": "x",
            "DPLOY_OBSERVER_REPOSITORY": "s4d 2026-01-02T03:04:05.000Z", "DPLOY_OBSERVER_HELD_BECAUSE": "why",
        ]
        #expect(DecisionLabels.decisions(in: labels) == Decisions())
    }

    @Test("the app for them has a valid id, also for unusual names")
    func appID() {
        let unusual = WatchedBranch(
            repository: RepositoryName(owner: "Octo_Cat", name: "web..site"),
            name: "feature/" + String(repeating: "Ä-long-name", count: 30))
        for group in ["/", "/tools"] {
            let id = MarathonDecisions.id(of: unusual, in: group)
            #expect(MarathonPath.flaw(in: id) == nil, "\(id)")
            #expect(MarathonPath.parent(of: id) == group && id.utf8.count < 140)
        }
        #expect(MarathonDecisions.id(of: Sample.branch, in: "/") != MarathonDecisions.id(of: Sample.staging, in: "/"))
    }
}
