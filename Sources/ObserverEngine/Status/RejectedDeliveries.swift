package import Foundation
import Synchronization

/// The newest rejected deliveries. They are kept in memory only, and few, so that an untrusted client cannot fill the disk.
package final class RejectedDeliveries: Sendable {
    package struct Entry: Equatable, Sendable {
        /// Counts down from -1; ids of stored deliveries count up.
        package let id: Int64
        package let at: Date
        package let status: Int
        package let reason: String
        /// As claimed by the client, cut to a few bytes.
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
