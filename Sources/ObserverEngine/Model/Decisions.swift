package import Foundation

/// The decisions of operators about a branch, with their times. They have to outlive the disk: a new task in Marathon
/// starts with an empty one.
package struct Decisions: Equatable, Sendable {
    /// A decision with its time, in whole milliseconds; without a time it was never made.
    package struct Dated<Value: Equatable & Sendable>: Equatable, Sendable {
        package let value: Value
        package let at: Date?

        package init(_ value: Value, at time: Date? = nil) {
            self.value = value
            at = time?.inWholeMilliseconds
        }

        /// A newer decision, also if the clock was set back since this one.
        func decided(_ value: Value, at now: Date) -> Self {
            Self(value, at: at.map { max(now, $0.addingTimeInterval(0.001)) } ?? now)
        }

        /// The newer of two; this one if they are equally old.
        func merged(with other: Self) -> Self {
            guard let others = other.at else { return self }
            return at.map { $0 >= others } ?? false ? self : other
        }
    }

    /// Deliveries are accepted, but no deployment starts; nil if deployments are not paused.
    package var pause = Dated<Pause?>(nil)
    /// The branch stays at a commit, until the next push or until an operator resumes.
    package var hold = Dated<Hold?>(nil)
    /// The webhook stays removed until an operator registers it again.
    package var hookRemoval = Dated(false)
    /// GitHub's ID of the watched repository, which an operator accepted; one that was only seen first has the time
    /// `neverDecided`.
    package var repository = Dated<Int64?>(nil)

    package init() {}

    /// The decisions to store where others are stored: without those that only confirm that nothing was ever decided there.
    func worthStoring(over stored: Decisions) -> Decisions {
        var worth = self
        if pause.value == nil, stored.pause.at == nil { worth.pause = stored.pause }
        if hold.value == nil, stored.hold.at == nil { worth.hold = stored.hold }
        if !hookRemoval.value, stored.hookRemoval.at == nil { worth.hookRemoval = stored.hookRemoval }
        let isFirst = worth.pause.at == nil && worth.hold.at == nil && worth.hookRemoval.at == nil
        // A repository that was seen is not a reason to store the first decisions.
        if repository.value == nil || isFirst && repository.at == Self.neverDecided && stored.repository.at == nil {
            worth.repository = stored.repository
        }
        return worth
    }

    /// The newer one of each decision.
    package func merged(with other: Decisions) -> Decisions {
        var merged = self
        merged.pause = pause.merged(with: other.pause)
        merged.hold = hold.merged(with: other.hold)
        merged.hookRemoval = hookRemoval.merged(with: other.hookRemoval)
        merged.repository = repository.merged(with: other.repository)
        return merged
    }

    /// Pauses deployments or changes their pause, which then keeps its beginning; nil ends it.
    package mutating func decide(pause other: Pause?, at now: Date) {
        guard let earlier = pause.value, !earlier.hasEnded(at: now) else {
            pause = pause.decided(other, at: now)
            return
        }
        pause = pause.decided(other?.continuing(earlier, since: pause.at), at: now)
    }

    package mutating func decide(hold other: Hold?, at now: Date) {
        hold = hold.decided(other, at: now)
    }

    package mutating func decide(hookRemoved: Bool, at now: Date) {
        hookRemoval = hookRemoval.decided(hookRemoved, at: now)
    }

    package mutating func decide(repository id: Int64, at now: Date) {
        repository = repository.decided(id, at: now)
    }

    /// The time of a value that no operator decided: any decision is newer.
    static let neverDecided = Date(timeIntervalSince1970: 0)

    /// Remembers the ID of the repository that was seen first.
    package mutating func note(repository id: Int64) {
        guard repository.value == nil else { return }
        repository = Dated(id, at: Self.neverDecided)
    }
}

/// An operator's pause of all deployments.
package struct Pause: Equatable, Sendable {
    /// The last change of its reason and its end. The time of the decision is that of the change.
    package struct Change: Equatable, Sendable {
        /// When deployments were paused, in whole milliseconds; nil if it is not known.
        package let pausedAt: Date?
        /// The name of the operator who changed it; nil if it is not known.
        package let by: String?

        /// nil if nothing is known about it.
        package init?(pausedAt: Date?, by: String?) {
            if pausedAt == nil, by == nil { return nil }
            self.pausedAt = pausedAt?.inWholeMilliseconds
            self.by = by
        }
    }

    package var reason: String?
    /// The name of the operator who paused deployments; nil if it is not known.
    package var by: String?
    /// When it ends by itself; nil if only an operator ends it. In whole milliseconds.
    package let until: Date?
    /// nil if it was never changed.
    package let change: Change?

    package init(reason: String? = nil, by: String? = nil, until: Date? = nil, change: Change? = nil) {
        self.reason = reason
        self.by = by
        self.until = until?.inWholeMilliseconds
        self.change = change
    }

    fileprivate func hasEnded(at now: Date) -> Bool { until.map { $0 <= now } ?? false }

    /// This pause as a change of an earlier one.
    /// - Parameter decided: When the earlier one was decided.
    fileprivate func continuing(_ earlier: Pause, since decided: Date?) -> Pause {
        let pausedAt = earlier.change == nil ? decided : earlier.change?.pausedAt
        return Pause(reason: reason, by: earlier.by, until: until, change: Change(pausedAt: pausedAt, by: by))
    }
}

extension Date {
    /// The places that store decisions keep milliseconds.
    fileprivate var inWholeMilliseconds: Date {
        Date(timeIntervalSince1970: (timeIntervalSince1970 * 1000).rounded() / 1000)
    }
}

/// The commit at which an operator's choice holds the branch: a rollback, or the deployment of another commit than the head.
package struct Hold: Equatable, Sendable {
    package static let limit = 20

    package let commit: CommitID
    /// nil if a version that did not store it made the decision.
    package let cause: HoldSummary.Cause?
    package var until = HoldSummary.End.push
    package var reason: String?
    package var by: String?
    /// The commits that the operator left, the newest first: they are not deployed again without an operator or
    /// a new push, even if the disk was lost.
    package let leaving: [CommitID]

    package init(at commit: CommitID, leaving: [CommitID], because cause: HoldSummary.Cause? = nil) {
        self.commit = commit
        self.cause = cause
        var seen: Set<CommitID> = [commit]
        self.leaving = Array(leaving.filter { seen.insert($0).inserted }.prefix(Self.limit))
    }
}
