import ObserverEngine
import Testing

extension Sample {
    /// Deployment 41, which waits for the approval of a plan.
    static func unapproved(plan: String?) -> DeploymentSummary {
        var row = deployments[0]
        (row.stage, row.plan, row.startedAt, row.progress) = (.queued, plan, nil, nil)
        row.leavesChanges = false
        if plan != nil { row.wait = DeploymentWait(.approval, "needs approval: /web restarts") }
        return row
    }

    /// The branch is on hold at 1c2d3e4 after a rollback.
    static var held: EngineState {
        get throws {
            let commit = try #require(CommitID("1c2d3e4234567890abcdef1234567890abcdef12"))
            var engine = Self.engine
            engine.heldAt = commit.description
            engine.hold = HoldSummary(commit: commit, cause: .rollback, deployment: 38)
            return engine
        }
    }

    static func unapproved(plan: String, memory: String) -> DeploymentDetail {
        let change = AppChange(
            appID: "/web", kind: .updated, fields: [.init(path: "/mem", before: "32", after: memory)], restarts: 3)
        return DeploymentDetail(summary: unapproved(plan: plan), changes: [change], externalIDs: [])
    }
}
