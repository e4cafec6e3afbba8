package import struct Foundation.Date

extension GitHubSimulator {
    /// A delivery attempt, as recorded by GitHub.
    package struct Delivery: Sendable, Identifiable {
        package let id: Int
        package let hookID: Int
        package let guid: String
        package let event: String
        package let action: String?
        package let isRedelivery: Bool
        package let deliveredAt: Date
        package let duration: Double
        package let requestHeaders: HeaderFields
        package let payload: JSON
        package let outcome: DeliveryOutcome
    }

    /// The outcome of a delivery.
    package enum DeliveryOutcome: Sendable, Hashable {
        case answered(DeliveryAnswer)
        case connectionFailed
        case timedOut
    }

    /// The response of a webhook receiver.
    package struct DeliveryAnswer: Sendable, Hashable {
        package var status: Int
        package var headers: HeaderFields
        package var body: [UInt8]

        package var json: JSON { (try? JSON(parsing: body)) ?? .null }
        package var text: String { String(decoding: body, as: UTF8.self) }
    }
}

extension GitHubSimulator.DeliveryOutcome {
    package var answer: GitHubSimulator.DeliveryAnswer? {
        if case .answered(let answer) = self { answer } else { nil }
    }

    /// The status code that GitHub shows for the delivery.
    var code: Int {
        switch self {
        case .answered(let answer): answer.status
        case .connectionFailed: 502
        case .timedOut: 504
        }
    }

    var message: String {
        switch self {
        case .answered(let answer) where (200..<300).contains(answer.status): "OK"
        case .answered(let answer): "Invalid HTTP Response: \(answer.status)"
        case .connectionFailed: "failed to connect to host"
        case .timedOut: "timed out"
        }
    }

    var lastResponse: GitHubSimulator.Hook.LastResponse {
        let status =
            switch self {
            case .answered(let answer) where (200..<300).contains(answer.status): "active"
            case .answered(let answer) where answer.status == 404: "missing"
            case .answered: "misconfigured"
            case .connectionFailed: "failed to connect to host"
            case .timedOut: "timeout"
            }
        return GitHubSimulator.Hook.LastResponse(code: code, status: status, message: message)
    }
}
