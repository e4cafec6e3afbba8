package import struct Foundation.Date

extension GitHubSimulator {
    /// A ref that was created, moved or deleted, and what the hooks answered when they were told.
    package struct Push: Sendable {
        package let ref: String
        /// 40 zeros where the ref is new.
        package let before: String
        /// 40 zeros where the ref is deleted.
        package let after: String
        package let message: String
        package let timestamp: Date
        package let payload: JSON
        /// The GUID under which the first hook was told; a new one where no hook was.
        package let guid: String
        package let deliveries: [Delivery]

        /// Without `refs/heads/` or `refs/tags/`.
        package var branch: String { ref.split(separator: "/").dropFirst(2).joined(separator: "/") }

        /// What the first hook's receiver answered; nil where there was no hook, or it was not reached.
        package var answer: DeliveryAnswer? { deliveries.first?.outcome.answer }
    }
}
