/// Rows as the control API shows them.
extension DeliverySummary {
    package init(_ delivery: Delivery) {
        self.init(
            id: delivery.id, guid: delivery.key.guid, event: delivery.event, receivedAt: delivery.receivedAt,
            branch: delivery.branch, commit: delivery.commit?.description, author: delivery.push?.author,
            message: delivery.push?.message?.firstLine, verdict: delivery.verdict, reason: delivery.reason,
            deployment: delivery.deployment)
    }

    package init(_ rejection: RejectedDeliveries.Entry) {
        self.init(
            id: rejection.id, guid: rejection.guid ?? "", event: rejection.event ?? "", receivedAt: rejection.at,
            verdict: .rejected, reason: rejection.reason)
    }
}

extension DeploymentSummary {
    package init(_ deployment: Deployment, expectedSeconds: Double? = nil) {
        let request = deployment.request
        self.init(
            id: deployment.id, branch: request.branch.name, commit: request.commit.id.description,
            message: request.commit.message?.firstLine, author: request.commit.author, trigger: request.trigger,
            stage: deployment.stage, queuedAt: deployment.queuedAt, startedAt: deployment.startedAt,
            finishedAt: deployment.finishedAt, outcome: deployment.outcome, delivery: request.delivery,
            progress: deployment.progress, expectedSeconds: expectedSeconds)
    }
}

extension DeploymentDetail {
    package init(_ deployment: Deployment, expectedSeconds: Double?) {
        self.init(
            summary: DeploymentSummary(deployment, expectedSeconds: expectedSeconds), changes: deployment.changes,
            marathonDeployments: deployment.marathonDeployments)
    }
}
