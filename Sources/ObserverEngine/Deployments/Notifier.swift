package import AsyncHTTPClient
import Foundation
package import Logging
import ServiceLifecycle

/// Posts notifications about deployments to a chat or pager. It never delays a deployment; a failed post is logged.
package struct Notifier: Service {
    private let client: JSONClient?
    private let target: Secret
    private let logger: Logger
    private let waiting: AsyncStream<Notification>
    private let queue: AsyncStream<Notification>.Continuation

    /// - Parameter address: nil switches notifications off.
    package init(http: HTTPClient, address: NotifyAddress?, logger: Logger) {
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
            let body = try JSONFormat.encoder.encode(notification)
            let response = try await client.send(JSONRequest(.post, target.value, body: body))
            if !response.isSuccess { logger.warning("Notification endpoint returned \(response.status).") }
        } catch let error as TransportError {
            logger.warning("Could not send notification: \(error.detail).")
        } catch {
            // Cancelled.
        }
    }
}
