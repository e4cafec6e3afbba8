import struct Foundation.Date

/// Whether we hear from the engine.
enum Connection: Equatable, Sendable {
    case connecting
    case live
    case lost(since: Date, reason: String, retryAt: Date)
}
