import Foundation
package import Logging
import ServiceLifecycle

/// Posts notifications about deployments to a chat or pager. It never delays a deployment. A post is repeated while its
/// receiver is unreachable, overloaded or limits the rate.
package struct Notifier: Service {
    private static let retryLimit = Duration.seconds(120)

    private let client: JSONClient?
    private let target: Secret
    private let logger: Logger
    private let waiting: AsyncStream<Notification>
    private let queue: AsyncStream<Notification>.Continuation

    /// - Parameter address: nil switches notifications off.
    package init(http: HTTPTransport, address: NotifyAddress?, logger: Logger) {
        client = address.map { JSONClient(http: http, base: $0.base) }
        target = address?.target ?? Secret("")
        self.logger = logger
        (waiting, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
    }

    package func post(_ notification: Notification) {
        if client != nil { queue.yield(notification) }
    }

    /// At shutdown, the queued notifications are still sent.
    package func run() async throws {
        await withGracefulShutdownHandler {
            for await notification in waiting { await send(notification) }
            try? await gracefulShutdown()
        } onGracefulShutdown: {
            queue.finish()
        }
    }

    private func send(_ notification: Notification) async {
        guard let client else { return }
        do {
            let request = JSONRequest(.post, target.value, body: try JSONFormat.encoder.encode(notification))
            try await Retry(until: .now + Self.retryLimit, logger: logger) {
                try await Self.post(request, with: client)
            }
        } catch is CancellationError {
            // Shutdown.
        } catch {
            logger.warning("\(error)")
        }
    }

    private static func post(_ request: JSONRequest, with client: JSONClient) async throws {
        let response: JSONResponse
        do {
            response = try await client.send(request)
        } catch let error as TransportError {
            throw NotificationFailure(error)
        }
        guard response.isSuccess else { throw NotificationFailure(response) }
    }
}

/// A notification that did not arrive.
private struct NotificationFailure: RetryableError, CustomStringConvertible {
    let isTransient: Bool
    var retryAfter: Duration?
    let description: String

    /// Without the URL, which is a secret.
    init(_ error: TransportError) {
        isTransient = error.isTransient
        description = "Could not send notification: \(error.detail)."
    }

    init(_ response: JSONResponse) {
        isTransient = [408, 425, 429].contains(response.status) || response.status >= 500
        retryAfter = response.retryAfter()
        // Chats give the reason in a line of text.
        let reason = String(decoding: response.body.prefix(200), as: UTF8.self).firstLine.printable
        description =
            "Could not send notification: the receiver returned \(response.status)"
            + (reason.isEmpty ? "." : " (\(reason)).")
    }
}

extension String {
    /// Without markup: a commit message or the value of a field must not notify a whole channel or show a false link.
    /// Source: https://docs.slack.dev/messaging/formatting-message-text/#escaping
    var escapedForChat: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}

/// The JSON that `-notify` posts when a deployment ends. Slack-like receivers show its `text`.
package struct Notification: Encodable, Equatable, Sendable {
    package enum Event: String, Encodable, Sendable {
        case failed
        /// One succeeded after one that failed.
        case recovered
        case rolledBack = "rolled_back"
        /// Someone changed an app that was deployed.
        case drifted
        /// Drift was undone by a deployment.
        case corrected
    }

    package let event: Event
    package let text: String
    package let repository: String
    package let branch: String
    package let commit: String
    package let deployment: Int64
    package let outcome: String
    /// The operator who requested the deployment.
    let requestedBy: String?
    /// Why an operator rolled back.
    let reason: String?
    /// The apps that no longer match their specs, or did not before they were corrected; nil for other events.
    var apps: [DriftedApp]?

    /// nil if the end of the deployment needs no notification.
    /// - Parameter before: The deployment before it that was neither superseded, interrupted nor cancelled.
    package init?(_ ended: Deployment, before: Deployment?) {
        let outcome = ended.outcome ?? ""
        switch ended.stage {
        // One notification at the first failure and one when it is given up.
        case .failed where ended.retry != nil && ended.request.attempt > 1: return nil
        case .failed: event = .failed
        case .succeeded where ended.request.trigger == .rollback: event = .rolledBack
        case .succeeded where ended.request.trigger == .drift: event = .corrected
        case .succeeded where before?.stage == .failed || ended.checkFailure != nil: event = .recovered
        default: return nil
        }
        let isRollback = ended.request.trigger == .rollback
        let rollback = isRollback ? " (\(ended.request.rollback))" : ""
        let verb =
            switch event {
            case .failed: (ended.retry == nil ? "failed" : "failed and will be retried") + rollback
            case .recovered: "succeeded after a failure"
            case .rolledBack: "succeeded" + rollback
            case .drifted, .corrected: "corrected drift"
            }
        let title = ended.request.commit.message.map { " (\"\($0.prefix { $0 != "\n" })\")" } ?? ""
        repository = ended.request.branch.repository.description
        branch = ended.request.branch.name
        commit = ended.commit.description
        deployment = ended.id
        self.outcome = outcome
        requestedBy = ended.request.requestedBy
        reason = ended.request.reason
        let deployed = "deployment of \(ended.commit.short)\(title) \(verb)"
        // The outcome of a failure is a sentence of its own.
        let sentence = "\(repository) \(branch): \(deployed)\(event == .failed ? "." : ":") \(outcome)"
        text = sentence.escapedForChat
        apps = event == .corrected ? ended.correctedDrift : nil
    }
}

extension DeploymentRequest {
    /// `rollback by ann: slow queries`; `rollback` where the observer itself returned to the last success.
    fileprivate var rollback: String {
        "rollback" + (requestedBy.map { " by \($0)" } ?? "") + (reason.map { ": \($0.headline)" } ?? "")
    }
}
