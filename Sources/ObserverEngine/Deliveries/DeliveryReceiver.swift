import Foundation
import Logging

/// Decides on a delivery and stores it with its verdict; responds only once that is durable.
package struct DeliveryReceiver: Sendable {
    private let judge: DeliveryJudge
    private let secrets: WebhookSecrets
    private let store: Store
    private let rejected: RejectedDeliveries
    private let metrics: Metrics
    private let status: BranchStatus
    private let log: LimitedLog

    private var logger: Logger { log.logger }

    package init(
        judge: DeliveryJudge, secrets: WebhookSecrets, store: Store, rejected: RejectedDeliveries, metrics: Metrics,
        status: BranchStatus, log: LimitedLog
    ) {
        self.judge = judge
        self.secrets = secrets
        self.store = store
        self.rejected = rejected
        self.metrics = metrics
        self.status = status
        self.log = log
    }

    package func receive(_ request: DeliveryRequest) async -> DeliveryAnswer {
        do throws(DeliveryRejection) {
            let delivery = try delivery(of: request)
            let recorded = try await record(delivery)
            let answer = DeliveryAnswer(recorded)
            note(recorded, answer)
            return answer
        } catch {
            return reject(request, because: error)
        }
    }

    /// Counts a rejection and keeps it for a while.
    package func reject(_ request: DeliveryRequest, because rejection: DeliveryRejection) -> DeliveryAnswer {
        rejected.note(rejection, of: request)
        metrics.count(delivery: .rejected)
        log.log(
            .warning, "Rejected a delivery: \(rejection)", of: .rejectedDelivery, kind: rejection.kind,
            metadata: [.verdict: "rejected", .delivery: "\(request.guid?.beginning(ofBytes: 64) ?? "none")"])
        return DeliveryAnswer(rejection)
    }

    private func delivery(of request: DeliveryRequest) throws(DeliveryRejection) -> Delivery {
        let form = try DeliveryBody(contentType: request.contentType)
        guard let header = request.signature else { throw .signatureMissing }
        guard secrets.isValid(header, of: request.body) else { throw .signatureWrong }
        guard let event = request.event, !event.isEmpty else { throw .headerMissing("X-GitHub-Event") }
        guard let guid = request.guid, !guid.isEmpty else { throw .headerMissing("X-GitHub-Delivery") }
        let json = try form.payload(of: request.body)
        let push = try push(event: event, json: json)
        // A proxy may have dropped the header, but the delivery must match the one in GitHub's list.
        let hook = request.hookID ?? status.hookID ?? 0
        return judge.delivery(
            Delivery.Key(hookID: hook, guid: guid), event: event, push: push, receivedAt: request.receivedAt,
            payload: Delivery.Payload(headers: request.headers, body: json))
    }

    /// The push; for any other event only checks that it is JSON.
    private func push(event: String, json: Data) throws(DeliveryRejection) -> PushEvent? {
        guard event == "push" else {
            try WebhookPayload.checkObject(json)
            return nil
        }
        return try PushEvent(json: json)
    }

    private func record(_ delivery: Delivery) async throws(DeliveryRejection) -> RecordedDelivery {
        do {
            // Logged before the deployer starts, so that the log shows them in this order.
            return try await store.record(delivery) { log($0) }
        } catch {
            logger.error("Could not store delivery \(delivery.key.guid): \(error)")
            show(DeliveryRejection.storeFailed.status, to: delivery)
            throw .storeFailed
        }
    }

    private func note(_ recorded: RecordedDelivery, _ answer: DeliveryAnswer) {
        metrics.count(delivery: recorded.delivery.verdict)
        show(answer.status, to: recorded.delivery)
    }

    /// Shows the response to a signed delivery of the webhook.
    private func show(_ answer: Int, to delivery: Delivery) {
        guard status.hookID == delivery.key.hookID else { return }
        status.updateHook { hook in
            hook.lastAnswer = answer
            hook.lastDeliveryAt = delivery.receivedAt
            hook.markReachable()
        }
    }

    private func log(_ recorded: RecordedDelivery) {
        let delivery = recorded.delivery
        var fields: Logger.Metadata = [
            .verdict: "\(delivery.verdict.rawValue)", .event: "\(delivery.event)", .delivery: "\(delivery.key.guid)",
        ]
        if let commit = delivery.commit { fields[.commit] = "\(commit.short)" }
        if let reason = delivery.reason { fields[.reason] = "\(reason)" }
        if let deployment = recorded.deployment { fields[.deployment] = "\(deployment.id)" }
        // Anyone who has read a delivery on its way can send it again.
        guard delivery.verdict != .duplicate else {
            return log.log(.info, "Received a delivery", of: .duplicateDelivery, kind: "duplicate", metadata: fields)
        }
        logger.info(delivery.verdict == .accepted ? "Noticed a push" : "Received a delivery", metadata: fields)
    }
}

/// Gives what GitHub sent its verdict, whether it arrived here or is recovered from GitHub's list.
package struct DeliveryJudge: Sendable {
    private let identity: RepositoryIdentity
    private let status: BranchStatus
    private let rules: PushRules

    package init(identity: RepositoryIdentity, status: BranchStatus, rules: PushRules = PushRules()) {
        self.identity = identity
        self.status = status
        self.rules = rules
    }

    /// - Parameter push: The content of the payload; nil for other events.
    func delivery(
        _ key: Delivery.Key, event: String, push: PushEvent?, receivedAt: Date, payload: Delivery.Payload
    ) -> Delivery {
        Delivery(
            key: key, event: event, receivedAt: receivedAt, repository: identity.name(of: push), push: push,
            verdict: .judge(
                event: event, push: push, watched: status.branch, repositoryID: status.repositoryID, rules: rules,
                changedFiles: push != nil && rules.paths != nil ? PushedFiles.list(in: payload.body) : nil),
            payload: payload)
    }
}

extension RejectedDeliveries {
    /// In bytes.
    private static let claimLimit = 64

    func note(_ rejection: DeliveryRejection, of request: DeliveryRequest) {
        note(
            Entry(
                at: request.receivedAt, status: rejection.status, reason: rejection.description,
                event: request.event?.beginning(ofBytes: Self.claimLimit),
                guid: request.guid?.beginning(ofBytes: Self.claimLimit)))
    }
}

/// The response to a delivery.
package struct DeliveryAnswer: Equatable, Sendable {
    package let verdict: Delivery.Verdict
    package let reason: String?
    /// The deployment that it led to.
    package let deployment: Int64?
    package let status: Int

    package init(_ recorded: RecordedDelivery) {
        verdict = recorded.delivery.verdict
        reason = recorded.delivery.reason
        deployment = recorded.deployment?.id ?? recorded.delivery.deployment
        status = verdict == .accepted ? 202 : 200
    }

    package init(_ rejection: DeliveryRejection) {
        verdict = .rejected
        reason = rejection.description
        deployment = nil
        status = rejection.status
    }

    /// The response's body.
    package var json: String {
        let members = [
            deployment.map { "\"deployment\":\($0)" }, reason.map { "\"reason\":\($0.jsonQuoted)" },
            "\"verdict\":\(verdict.rawValue.jsonQuoted)",
        ]
        return "{" + members.compactMap(\.self).joined(separator: ",") + "}"
    }
}
