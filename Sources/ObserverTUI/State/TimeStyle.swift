/// How times in lists are written.
enum TimeStyle: String, Sendable, CaseIterable {
    case relative
    case local
    case utc

    var next: TimeStyle {
        switch self {
        case .relative: .local
        case .local: .utc
        case .utc: .relative
        }
    }
}
