import ObserverEngine

extension Sample {
    /// Deployment 41, which waits for the approval of a plan.
    static func unapproved(plan: String?) -> DeploymentSummary {
        var row = deployments[0]
        (row.stage, row.plan, row.startedAt, row.progress) = (.queued, plan, nil, nil)
        if plan != nil { row.wait = DeploymentWait(.approval, "needs approval: /web restarts") }
        return row
    }

    static func unapproved(plan: String, memory: String) -> DeploymentDetail {
        let change = AppChange(
            appID: "/web", kind: .updated, fields: [.init(path: "/mem", before: "32", after: memory)], restarts: 3)
        return DeploymentDetail(summary: unapproved(plan: plan), changes: [change], externalIDs: [])
    }
}
