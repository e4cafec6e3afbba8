package import AsyncHTTPClient
import Foundation
package import Logging
import ServiceLifecycle

/// Tells somebody's chat or pager how deployments end. It never holds one up, and what can't be told is logged.
package struct Notifier: Service {
    private let client: JSONClient?
    private let target: Secret
    private let logger: Logger
    private let waiting: AsyncStream<Notification>
    private let queue: AsyncStream<Notification>.Continuation

    /// - Parameter address: nil tells nobody.
    package init(http: HTTPClient, address: NotifyAddress?, logger: Logger) {
        client = address.map { JSONClient(http: http, base: $0.base) }
        target = address?.target ?? Secret("")
        self.logger = logger
        (waiting, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
    }

    package func tell(_ notification: Notification) {
        if client != nil { queue.yield(notification) }
    }

    /// Told to stop, it still tells what waits.
    package func run() async throws {
        await withGracefulShutdownHandler {
            for await notification in waiting { await post(notification) }
            try? await gracefulShutdown()
        } onGracefulShutdown: {
            queue.finish()
        }
    }

    private func post(_ notification: Notification) async {
        guard let client else { return }
        do {
            let body = try JSONFormat.encoder.encode(notification)
            let response = try await client.send(JSONRequest(.post, target.value, body: body))
            if !response.isSuccess { logger.warning("The receiver of -notify answers \(response.status).") }
        } catch let error as TransportError {
            logger.warning("Can't tell the receiver of -notify: \(error.detail).")
        } catch {
            // Told to stop.
        }
    }
}
