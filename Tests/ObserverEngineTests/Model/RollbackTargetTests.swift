import Foundation
import ObserverEngine
import Testing

@Suite("What \"roll back\" means without the name of a deployment")
struct RollbackTargetTests {
    /// Deployments in their order, such as `a b r:a` for two pushes and a rollback, `o:a` for an operator's choice, `d:a` for a
    /// correction of drift; `-` fails, `!` fails and leaves changes, `x` is cancelled and leaves changes, `?` changes the
    /// target, `.` is being fetched, `+` is queued.
    private static func history(_ words: String) -> [DeploymentSummary] {
        let stages: [Character: DeploymentSummary.Stage] = [
            "-": .failed, "!": .failed, "x": .cancelled, "?": .waiting, ".": .fetching, "+": .queued,
        ]
        let triggers: [Character: DeploymentSummary.Trigger] = ["r": .rollback, "o": .operator, "d": .drift]
        return words.split(separator: " ").enumerated().map { index, word in
            let trigger = word.contains(":") ? triggers[word.first ?? "-"] : nil
            let commit = word.dropFirst(trigger == nil ? 0 : 2).prefix(1)
            let end = word.last ?? "-"
            return DeploymentSummary(
                id: Int64(index + 1), branch: "dcos", commit: String(commit), trigger: trigger ?? .delivery,
                stage: stages[end] ?? .succeeded, queuedAt: Date(timeIntervalSince1970: 0)
            ) {
                $0.leavesChanges = ["!", "x", "?"].contains(end)
                $0.startedAt = end == "+" ? nil : Date(timeIntervalSince1970: 1)
                $0.finishedAt = $0.stage.isFinal ? Date(timeIntervalSince1970: 2) : nil
            }
        }.reversed()
    }

    /// The report of a target that runs a commit, read after everything that has ended.
    private static func report(_ commit: String) -> AppsReport {
        AppsReport(running: .init(id: commit), readAt: Date(timeIntervalSince1970: 3))
    }

    private static func choice(_ words: String, apps: AppsReport? = nil) -> Int64? {
        if case .deployment(let target) = RollbackTarget.choose(from: history(words), apps: apps) {
            target.id
        } else {
            nil
        }
    }

    @Test(
        "it is the version before the running one, and further back each time",
        arguments: [
            ("a b c", 2), ("a b c r:b", 1), ("a b c r:b r:a", nil), ("a b c r:b d", 4), ("a b c r:a", nil),
            // Failed ones and repeated ones do not count.
            ("a b c- b", 1), ("a b b", 1), ("a b c r:b- ", 2), ("a b d:b", 1),
            // Forward again, by the name of a deployment.
            ("a b c r:a r:c", 4),
            // An operator chose an older commit, then the head ran again.
            ("a b c o:b c r:b", 1), ("a b c o:b", 1), ("a b o:c", 2),
            // Forced back to an older commit.
            ("a b a", 2),
            // The target of the rollback is older than the list.
            ("b c r:a", nil), ("b c r:a d", 3), ("", nil), ("a", nil),
            // The next version has not started.
            ("a b c+", 1), ("c?", nil),
        ] as [(String, Int64?)])
    func target(words: String, id: Int64?) {
        #expect(Self.choice(words) == id)
    }

    @Test(
        "while another version is being deployed, or where one left changes, it is the last success",
        arguments: [
            ("a b c.", 2), ("a b c?", 2), ("a b c!", 2), ("a b cx", 2), ("a c!", 1), ("a b c! d-", 2), ("a b c! d+", 2),
            ("a b o:a!", 2),
            // The last success is, or was to be, deployed again.
            ("a b c! o:b?", 2), ("a b c! o:b!", 2), ("a b c! r:b!", 2),
            // A correction concerns only some apps.
            ("a b c! d:b", 4), ("a b c! d:b?", 2),
            // The version that runs was applied again, and nothing else.
            ("a b b!", 1), ("a b b?", 1), ("a b d:b?", 1), ("a b c! c", 2),
        ] as [(String, Int64?)])
    func incomplete(words: String, id: Int64?) {
        #expect(Self.choice(words) == id)
    }

    @Test(
        "a rollback that did not succeed is repeated",
        arguments: [("a b r:a!", 1), ("a b c d r:a!", 1), ("a b c! r:ax", 1), ("a b c r:b r:c!", 4)]
            as [(String, Int64?)])
    func repeated(words: String, id: Int64?) {
        #expect(Self.choice(words) == id)
    }

    @Test("what the target reports decides whether another version runs, or nothing was left")
    func reported() {
        // Its rollback came too late: it runs, although it failed.
        #expect(Self.choice("a b c-", apps: Self.report("c")) == 2)
        #expect(Self.choice("a b c-", apps: Self.report("b")) == 1)
        // Cancelled before it changed anything, or repaired by hand.
        #expect(Self.choice("a b cx", apps: Self.report("b")) == 1)
        #expect(Self.choice("a b cx d+", apps: Self.report("b")) == 1)
        var unread = Self.report("b")
        unread.problem = "Marathon does not respond."
        #expect(Self.choice("a b cx", apps: unread) == 2)
        #expect(Self.choice("a b cx", apps: AppsReport(isSupported: false)) == 2)
        // A commit that no deployment brought there.
        #expect(Self.choice("a b c-", apps: Self.report("e")) == 1)
    }

    @Test("a rollback that has not ended is not guessed over")
    func inProgress() {
        let history = Self.history("a b c r:b?")
        #expect(RollbackTarget.choose(from: history, apps: nil) == .inProgress(history[0]))
    }

    @Test(
        "it replaces the running version; the return to that replaces another version, or nothing",
        arguments: [
            ("a b c", 2, 3), ("a b c?", 2, 3), ("a b c!", 2, 3), ("a b c!", 1, 2), ("a b c+", 2, nil),
            ("a b c! r:b!", 2, 3),
            ("a b b!", 2, nil), ("a b d:b?", 2, nil), ("", 0, nil),
        ] as [(String, Int, Int64?)])
    func replaced(words: String, target: Int, id: Int64?) {
        let history = Self.history(words)
        guard let target = history.first(where: { $0.id == target }) else { return #expect(id == nil) }
        #expect(RollbackTarget.replaced(by: target, in: history, apps: nil)?.id == id)
    }
}
