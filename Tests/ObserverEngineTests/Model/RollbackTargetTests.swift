import Foundation
import ObserverEngine
import Testing

@Suite("What \"roll back\" means without the name of a deployment")
struct RollbackTargetTests {
    /// Deployments in their order, such as `a b r:a` for two pushes and a rollback, `o:a` for an operator's choice;
    /// `-` fails, `!` fails and leaves changes, `?` is in progress, `+` is queued.
    private static func history(_ words: String) -> [DeploymentSummary] {
        words.split(separator: " ").enumerated().map { index, word in
            let commit = (word.contains(":") ? word.dropFirst(2) : word).prefix { $0.isLetter }
            return DeploymentSummary(
                id: Int64(index + 1), branch: "dcos", commit: String(commit),
                trigger: word.hasPrefix("r:") ? .rollback : word.hasPrefix("o:") ? .operator : .delivery,
                stage: word.last.flatMap { ["-": .failed, "!": .failed, "?": .waiting, "+": .queued][$0] }
                    ?? .succeeded,
                queuedAt: Date(timeIntervalSince1970: 0)
            ) { $0.leavesChanges = word.hasSuffix("!") }
        }.reversed()
    }

    @Test(
        "it is the version before the running one, and further back each time",
        arguments: [
            ("a b c", 2), ("a b c r:b", 1), ("a b c r:b r:a", nil), ("a b c r:b d", 4), ("a b c r:a", nil),
            // Failed ones and repeated ones do not count.
            ("a b c- b", 1), ("a b b", 1), ("a b c r:b- ", 2),
            // Forward again, by the name of a deployment.
            ("a b c r:a r:c", 4),
            // An operator chose an older commit, then the head ran again.
            ("a b c o:b c r:b", 1), ("a b c o:b", 1), ("a b o:c", 2),
            // Forced back to an older commit.
            ("a b a", 2),
            // The target of the rollback is older than the list.
            ("b c r:a", nil), ("b c r:a d", 3), ("", nil), ("a", nil),
            // Another version is being deployed, or has left changes: the last success is the one before it.
            ("a b c?", 2), ("a b c!", 2), ("a c!", 1), ("a b c! d-", 2), ("a b c+", 1), ("a b o:a!", 2), ("c?", nil),
            // The return to the last success has failed.
            ("a b c! r:b!", 2),
            // A rollback to an older version has failed.
            ("a b c! r:a!", 1), ("a b r:a!", 1),
            // The version that runs was applied again.
            ("a b b!", 1), ("a b b?", 1),
        ] as [(String, Int64?)])
    func target(words: String, id: Int64?) {
        let choice = RollbackTarget.choose(from: Self.history(words))
        if let id {
            guard case .deployment(let target) = choice else {
                Issue.record("\(choice)")
                return
            }
            #expect(target.id == id)
        } else {
            #expect(choice == .unavailable)
        }
    }

    @Test("a rollback that has not ended is not guessed over")
    func inProgress() {
        let history = Self.history("a b c r:b?")
        #expect(RollbackTarget.choose(from: history) == .inProgress(history[0]))
    }

    @Test(
        "it leaves the running version; a rollback to that leaves the version that was to replace it",
        arguments: [
            ("a b c", 2, 3), ("a b c?", 2, 3), ("a b c!", 2, 3), ("a b c!", 1, 2), ("a b c+", 2, 2), ("a?", 1, 1),
        ]
            as [(String, Int64, Int64)])
    func left(words: String, target: Int64, id: Int64) throws {
        let history = Self.history(words)
        let target = try #require(history.first { $0.id == target })
        #expect(RollbackTarget.left(for: target, in: history)?.id == id)
    }
}
