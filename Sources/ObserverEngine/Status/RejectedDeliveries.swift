package import Foundation
import Synchronization

/// The newest rejected deliveries. They are kept in memory only, and few, so that an untrusted client cannot fill the disk; and
/// only some of a flood are published, so that it does not push other changes out of the feed.
package final class RejectedDeliveries: Sendable {
    package struct Entry: Equatable, Sendable {
        /// Counts down from -1; ids of stored deliveries count up. 0 until it is noted.
        package fileprivate(set) var id: Int64 = 0
        package let at: Date
        package let status: Int
        package let reason: String
        /// As claimed by the client, cut to a few bytes.
        package let event: String?
        package let guid: String?

        init(at: Date, status: Int, reason: String, event: String?, guid: String?) {
            self.at = at
            self.status = status
            self.reason = reason
            self.event = event
            self.guid = guid
        }
    }

    package static let capacity = 100
    /// Published at once; then one each second.
    static let burst = 20.0

    private struct State {
        var entries: [Entry] = []
        var lastID: Int64 = 0
        var published = 0.0
        var publishedAt = ContinuousClock.now

        mutating func mayPublish(at now: ContinuousClock.Instant) -> Bool {
            published = max(0, published - (now - publishedAt).seconds)
            publishedAt = now
            guard published <= RejectedDeliveries.burst - 1 else { return false }
            published += 1
            return true
        }
    }

    private let state = Mutex(State())
    private let feed: ChangeFeed

    package init(feed: ChangeFeed) {
        self.feed = feed
    }

    func note(_ entry: Entry) {
        state.withLock { state in
            state.lastID -= 1
            var entry = entry
            entry.id = state.lastID
            if state.entries.count == Self.capacity { state.entries.removeFirst() }
            state.entries.append(entry)
            if state.mayPublish(at: .now) { feed.post([.rejection(entry)]) }
        }
    }

    /// Oldest first.
    package var all: [Entry] { state.withLock(\.entries) }
}
