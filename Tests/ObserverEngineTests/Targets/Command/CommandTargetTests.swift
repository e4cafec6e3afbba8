import Testing

@testable import ObserverEngine

@Suite("A deploy command as a target, without a deployment")
struct CommandTargetTests {
    private let target = CommandTarget(
        CommandSettings(deploy: "touch /nowhere/x"), environment: [:], timeout: .seconds(1), lastSuccess: nil,
        tree: DeployedTree(in: "/nowhere"), processes: CommandProcesses(in: nil))

    private func source() throws -> DeploymentSource {
        DeploymentSource(root: "/", branch: Sample.branch, commit: CommitInfo(try Sample.commit(1)))
    }

    @Test("its plan names no changes, because they are not known, but may change something")
    func plan() async throws {
        let plan = try await target.plan(try source(), until: .now)
        #expect(plan.changes.isEmpty)
        #expect(plan.changesAnything)
    }

    @Test("it can't compare what runs with a tree")
    func inspector() async throws {
        #expect(try await target.inspector(for: try source()) == nil)
    }

    @Test("its check shows the command")
    func checks() async throws {
        let finding = try #require(try await target.checks().first)
        #expect(finding.check == .command && finding.verdict == .ok)
        #expect(finding.text.hasSuffix("touch /nowhere/x"))
    }
}
