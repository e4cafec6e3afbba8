import Foundation
import HTTPTypes
package import Hummingbird
import NIOCore

/// `POST /dploy`: collects the raw bytes and passes them on.
package struct DeliveryRoutes: Sendable {
    private let receiver: DeliveryReceiver
    private let addresses: GitHubAddresses?
    private let memory: BodyMemoryLimit

    /// - Parameter addresses: The only addresses that deliveries are accepted from; nil accepts them from anywhere.
    package init(receiver: DeliveryReceiver, addresses: GitHubAddresses?, memory: BodyMemoryLimit = BodyMemoryLimit()) {
        self.receiver = receiver
        self.addresses = addresses
        self.memory = memory
    }

    package func add(to router: Router<ObserverRequestContext>) {
        router.post(RouterPath(DesiredWebhook.path)) { request, context in
            try await receive(request, context)
        }
    }

    private func receive(_ request: Request, _ context: ObserverRequestContext) async throws -> Response {
        let headers = request.headers.map { Delivery.Header(name: $0.name.rawName, value: $0.value) }
        var delivery = DeliveryRequest(headers: headers, body: ByteBuffer())
        let share = memory.share { context.failBody(with: DeliveryRejection.busy) }
        do throws(DeliveryRejection) {
            // Rejected by its headers, if possible, before any of its body is read.
            try await addresses?.admit(context.client)
            let announced = request.headers[.contentLength].flatMap(Int.init)
            if let announced { try Self.check(announced) }
            try delivery.checkHeaders()
            delivery.body = try await collect(request.body, announced: announced, share)
        } catch {
            return answer(receiver.reject(delivery, because: error))
        }
        defer { withExtendedLifetime(share) {} }
        guard delivery.body.readableBytes > BodyMemoryLimit.free else {
            return answer(await receiver.receive(delivery))
        }
        // Verifying and parsing megabytes here would delay every other connection of the event loop.
        return await withTaskExecutorPreference(globalConcurrentExecutor) { [delivery] in
            answer(await receiver.receive(delivery))
        }
    }

    private func collect(
        _ body: RequestBody, announced: Int?, _ share: BodyMemoryLimit.Share
    ) async throws(DeliveryRejection) -> ByteBuffer {
        do {
            var collected = ByteBuffer()
            for try await var chunk in body {
                let size = collected.readableBytes + chunk.readableBytes
                try Self.check(size)
                guard share.grow(to: size) else { throw DeliveryRejection.busy }
                // Most bodies arrive in one chunk, which is not copied.
                if collected.readableBytes == 0, size == announced {
                    collected = chunk
                } else {
                    // An announcement alone must not reserve much memory.
                    collected.reserveCapacity(min(max(size, announced ?? 0), max(size, BodyMemoryLimit.free)))
                    collected.writeBuffer(&chunk)
                }
            }
            share.complete()
            return collected
        } catch let rejection as DeliveryRejection {
            throw rejection
        } catch let late as BodyTooSlow {
            throw .tooSlow(limit: late.limit)
        } catch {
            throw .interrupted
        }
    }

    private static func check(_ size: Int) throws(DeliveryRejection) {
        guard size <= DeliveryRequest.bodyLimit else { throw .tooLarge(limit: DeliveryRequest.bodyLimit) }
    }

    private func answer(_ answer: DeliveryAnswer) -> Response {
        .json(text: answer.json, status: answer.status)
    }
}
