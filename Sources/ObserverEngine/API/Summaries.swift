/// Rows as the control API shows them.
extension DeliverySummary {
    package init(_ delivery: Delivery) {
        self.init(
            id: delivery.id, guid: delivery.key.guid, event: delivery.event, receivedAt: delivery.receivedAt,
            verdict: delivery.verdict
        ) { summary in
            summary.repository = delivery.repository.description
            summary.branch = delivery.branch
            summary.commit = delivery.commit?.description
            summary.author = delivery.push?.author
            summary.message = delivery.push?.message?.firstLine
            summary.reason = delivery.reason
            summary.deployment = delivery.deployment
        }
    }

    package init(_ rejection: RejectedDeliveries.Entry) {
        self.init(
            id: rejection.id, guid: rejection.guid ?? "", event: rejection.event ?? "", receivedAt: rejection.at,
            verdict: .rejected
        ) { $0.reason = rejection.reason }
    }
}

extension DeploymentSummary {
    package init(_ deployment: Deployment, expectedSeconds: Double? = nil) {
        let request = deployment.request
        self.init(
            id: deployment.id, branch: request.branch.name, commit: request.commit.id.description,
            trigger: request.trigger, stage: deployment.stage, queuedAt: deployment.queuedAt
        ) { summary in
            summary.repository = request.branch.repository.description
            summary.message = request.commit.message?.firstLine
            summary.author = request.commit.author
            summary.startedAt = deployment.startedAt
            summary.finishedAt = deployment.finishedAt
            summary.outcome = deployment.outcome
            summary.leavesChanges = deployment.leavesChanges
            summary.trouble = deployment.trouble
            summary.delivery = request.delivery
            summary.requestedBy = request.requestedBy
            summary.progress = deployment.progress
            summary.expectedSeconds = expectedSeconds
            summary.attempt = request.attempt
            summary.notBefore = deployment.notBefore
            summary.retry = deployment.retry
            summary.wait = deployment.wait
            summary.plan = deployment.stage == .queued ? deployment.planID : nil
            summary.approval = request.approval
            summary.override = request.override
            summary.reason = request.reason
        }
    }
}

extension DeploymentDetail {
    package init(_ deployment: Deployment, expectedSeconds: Double?, actions: [AuditEntry]) {
        self.init(
            summary: DeploymentSummary(deployment, expectedSeconds: expectedSeconds), changes: deployment.changes,
            externalIDs: deployment.externalIDs, actions: actions)
    }
}
