import ObserverEngine

/// One thing, looked at closely.
struct Detail: Equatable, Sendable {
    enum Subject: Equatable, Sendable {
        case delivery(Int64)
        case deployment(Int64)
        case logLine(LogLine)
        case hook
    }

    enum Content: Equatable, Sendable {
        case loading
        case delivery(DeliveryDetail, body: [String])
        case deployment(DeploymentDetail)
        /// Everything is known without asking.
        case complete
        case unavailable(String)
    }

    var subject: Subject
    var content: Content
    /// The first line on the screen.
    var top = 0
}
