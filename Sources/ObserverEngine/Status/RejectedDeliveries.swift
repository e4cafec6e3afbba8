package import Foundation
import Synchronization

/// The newest deliveries that were refused before anything of them was believed. They are kept in memory only, and few:
/// a stranger must not be able to fill the disk.
package final class RejectedDeliveries: Sendable {
    package struct Entry: Equatable, Sendable {
        /// Counts down from -1, apart from the ids of those that are stored.
        package let id: Int64
        package let at: Date
        package let status: Int
        package let reason: String
        /// As the stranger claims it, cut short.
        package let event: String?
        package let guid: String?
        package let hookID: Int?
        package let isWronglySigned: Bool
    }

    package static let capacity = 100
    /// In bytes.
    private static let claimLimit = 64

    private struct State {
        var entries: [Entry] = []
        var lastID: Int64 = 0
    }

    private let state = Mutex(State())
    private let feed: ChangeFeed

    package init(feed: ChangeFeed) {
        self.feed = feed
    }

    func note(_ rejection: DeliveryRejection, of request: DeliveryRequest) {
        let entry = state.withLock { state in
            state.lastID -= 1
            let entry = Entry(
                id: state.lastID, at: request.receivedAt, status: rejection.status, reason: rejection.description,
                event: request.event?.beginning(ofBytes: Self.claimLimit),
                guid: request.guid?.beginning(ofBytes: Self.claimLimit),
                hookID: request.hookID,
                isWronglySigned: rejection == .signatureWrong || rejection == .signatureMissing)
            if state.entries.count == Self.capacity { state.entries.removeFirst() }
            state.entries.append(entry)
            return entry
        }
        feed.post([.rejection(entry)])
    }

    /// Oldest first.
    package var all: [Entry] { state.withLock(\.entries) }
}
