import Foundation

/// How long ago something was, as short as it can be said: `12 s ago`, `3m ago`, `5h ago`, `2d ago`.
struct Age {
    let text: String

    init(of date: Date, at now: Date) {
        let seconds = Int(max(0, now.timeIntervalSince(date)))
        text =
            switch seconds {
            case 0: "now"
            case ..<60: "\(seconds) s ago"
            case ..<3600: "\(seconds / 60)m ago"
            case ..<172_800: "\(seconds / 3600)h ago"
            default: "\(seconds / 86400)d ago"
            }
    }
}
