package import struct Foundation.Date

/// One request of a simulated server's log, and how it was answered.
@dynamicMemberLookup
package struct RecordedRequest: Sendable, Identifiable {
    /// 0 for the first request of the server, 1 for the next.
    package let id: Int
    package let receivedAt: Date
    package let request: SimulatedRequest
    /// Nil until the head of the answer is sent, and for a request that never gets an answer.
    package internal(set) var status: Int?
    /// What was answered, where it was not streamed.
    package internal(set) var answer: [UInt8] = []

    package subscript<Member>(dynamicMember member: KeyPath<SimulatedRequest, Member>) -> Member {
        request[keyPath: member]
    }

    /// The first value of a query parameter.
    package func query(_ name: String) -> String? { request.query(name) }

    /// The answer as JSON; `null` where it is not JSON.
    package var answerJSON: JSON { (try? JSON(parsing: answer)) ?? .null }
}

extension RecordedRequest: CustomStringConvertible {
    package var description: String {
        "\(request.method.rawValue) \(request.encodedPath) -> \(status.map(String.init) ?? "no answer")"
    }
}
