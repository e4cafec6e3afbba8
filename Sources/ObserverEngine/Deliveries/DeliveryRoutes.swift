import Foundation
import HTTPTypes
package import Hummingbird
import NIOCore

/// `POST /dploy`: collects the raw bytes and passes them on.
package struct DeliveryRoutes: Sendable {
    /// GitHub itself gives up after 10 s.
    private static let timeout = Duration.seconds(30)

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
        router.add(
            middleware: AllowedMethods(
                [.post], at: [DesiredWebhook.path],
                otherwise: "GitHub sends deliveries here, with POST; see /status for the state"))
        router.post(RouterPath(DesiredWebhook.path)) { request, context in
            try await receive(request, from: context.client)
        }
    }

    private func receive(_ request: Request, from client: IPAddress?) async throws -> Response {
        let headers = request.headers.map { Delivery.Header(name: $0.name.rawName, value: $0.value) }
        var delivery = DeliveryRequest(headers: headers, body: ByteBuffer())
        let share = memory.share()
        do throws(DeliveryRejection) {
            // Rejected by its headers, if possible, before any of its body is read.
            try await addresses?.admit(client)
            if let announced = request.headers[.contentLength].flatMap(Int.init) {
                try Self.check(announced)
            }
            try delivery.checkHeaders()
            delivery.body = try await collect(request.body, share)
        } catch {
            return try answer(receiver.reject(delivery, because: error))
        }
        defer { withExtendedLifetime(share) {} }
        return try answer(await receiver.receive(delivery))
    }

    private func collect(_ body: RequestBody, _ share: BodyMemoryLimit.Share) async throws(DeliveryRejection)
        -> ByteBuffer
    {
        do {
            return try await withTimeout(Self.timeout) {
                try await withThrowingTaskGroup(of: ByteBuffer.self) { group in
                    group.addTask { try await Self.read(body, share) }
                    group.addTask {
                        try await share.isEvicted.get()
                        throw DeliveryRejection.busy
                    }
                    defer { group.cancelAll() }
                    guard let collected = try await group.next() else { throw CancellationError() }
                    return collected
                }
            }
        } catch let rejection as DeliveryRejection {
            throw rejection
        } catch let error as HTTPError where error.status == .contentTooLarge {
            throw .tooLarge(limit: DeliveryRequest.bodyLimit)
        } catch is TimedOut {
            throw .tooSlow(limit: Self.timeout)
        } catch {
            throw .interrupted
        }
    }

    private static func read(_ body: RequestBody, _ share: BodyMemoryLimit.Share) async throws -> ByteBuffer {
        var collected = ByteBuffer()
        for try await var chunk in body {
            let size = collected.readableBytes + chunk.readableBytes
            try check(size)
            // By its received size, not by its announced one: an announcement alone must not reserve memory.
            guard share.grow(to: size) else { throw DeliveryRejection.busy }
            collected.writeBuffer(&chunk)
        }
        share.complete()
        return collected
    }

    private static func check(_ size: Int) throws(DeliveryRejection) {
        guard size <= DeliveryRequest.bodyLimit else { throw .tooLarge(limit: DeliveryRequest.bodyLimit) }
    }

    private func answer(_ answer: DeliveryAnswer) throws -> Response {
        try .json(answer, status: answer.status)
    }
}
