import Foundation
import HTTPTypes
package import Hummingbird
import NIOCore

/// `POST /dploy`: takes the raw bytes and hands them on.
package struct DeliveryRoutes: Sendable {
    private let receiver: DeliveryReceiver

    package init(receiver: DeliveryReceiver) {
        self.receiver = receiver
    }

    package func add(to router: Router<ObserverRequestContext>) {
        router.add(
            middleware: AllowedMethods(
                [.post], at: [DesiredHook.path],
                otherwise: "GitHub delivers here, with POST; see /status for the state"))
        router.post(RouterPath(DesiredHook.path)) { request, _ in try await receive(request) }
    }

    private func receive(_ request: Request) async throws -> Response {
        let headers = request.headers.map { Delivery.Header(name: $0.name.rawName, value: $0.value) }
        var delivery = DeliveryRequest(headers: headers, body: ByteBuffer())
        let limit = DeliveryRequest.bodyLimit
        // One that announces too much is refused before anything of it is read.
        if let announced = request.headers[.contentLength].flatMap(Int.init), announced > limit {
            return try answer(receiver.reject(delivery, because: .tooLarge(limit: limit)))
        }
        do {
            delivery.body = try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            return try answer(receiver.reject(delivery, because: .tooLarge(limit: limit)))
        } catch let error as HTTPError where error.status == .contentTooLarge {
            return try answer(receiver.reject(delivery, because: .tooLarge(limit: limit)))
        }
        return try answer(await receiver.receive(delivery))
    }

    private func answer(_ answer: DeliveryAnswer) throws -> Response {
        try .json(answer, status: answer.status)
    }
}
