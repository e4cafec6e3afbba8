import struct Foundation.Date

/// A sentence in place of the key bar.
struct Notice: Equatable, Sendable {
    var text: String
    var ink: Style.Ink
    /// nil: it stays until the next key.
    var expiry: Date?

    static func told(_ text: String, at now: Date) -> Notice {
        Notice(text: text, ink: .accent, expiry: now.addingTimeInterval(6))
    }

    static func done(_ text: String, at now: Date) -> Notice {
        Notice(text: text, ink: .good, expiry: now.addingTimeInterval(6))
    }

    static func refused(_ text: String) -> Notice {
        Notice(text: text, ink: .bad)
    }
}
