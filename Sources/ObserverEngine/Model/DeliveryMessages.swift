package import struct Foundation.Date

/// A delivery in a list.
package struct DeliverySummary: Codable, Sendable, Equatable, Identifiable {
    package enum Verdict: String, Codable, Sendable, CaseIterable {
        case accepted
        case ping
        case ignored
        case duplicate
        case rejected
    }

    /// Stored deliveries count up from 1; rejected ones, which are only in memory, count down from -1.
    package var id: Int64
    package var guid: String
    package var event: String
    package var receivedAt: Date
    /// `owner/name`
    package var repository: String?
    package var branch: String?
    package var commit: String?
    package var author: String?
    /// The first line of the head commit's message, as GitHub sent it: sanitize before showing it.
    package var message: String?
    package var verdict: Verdict
    /// The reason for the verdict, if it needs one: "branch main is not watched".
    package var reason: String?
    /// The deployment that this delivery queued.
    package var deployment: Int64?

    /// - Parameter rest: Sets the remaining fields.
    package init(
        id: Int64, guid: String, event: String, receivedAt: Date, verdict: Verdict,
        _ rest: (inout DeliverySummary) -> Void = { _ in }
    ) {
        self.id = id
        self.guid = guid
        self.event = event
        self.receivedAt = receivedAt
        self.verdict = verdict
        rest(&self)
    }
}

extension DeliverySummary {
    /// Why a delivery without headers has none.
    package var whyWithoutHeaders: String {
        verdict == .rejected ? "Not kept: the delivery was rejected." : "Not recorded by GitHub."
    }
}

/// A delivery with its headers and body, secrets redacted.
package struct DeliveryDetail: Codable, Sendable, Equatable {
    package struct Header: Codable, Sendable, Equatable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package var summary: DeliverySummary
    package var headers: [Header]
    package var body: String

    package init(summary: DeliverySummary, headers: [Header], body: String) {
        self.summary = summary
        self.headers = headers
        self.body = body
    }
}
