/// Which log is shown, and where in it a person is.
struct LogPosition: Equatable, Sendable {
    enum Source: Equatable, Sendable {
        /// The deployment that is under way, or the last one.
        case current
        case deployment(Int64)
        case engine
    }

    var source = Source.current
    /// The sequence number of the selected line; nil while the pane follows the end.
    var selected: Int64?
    var anchor: Int64?

    var isFollowing: Bool { selected == nil }

    mutating func follow() {
        selected = nil
        anchor = nil
    }
}
