/// The keys of log metadata. `auth`, `sd` and `observe` are part of the documented log.
extension String {
    /// Authentication with GitHub: `step` or `done`.
    static let auth = "auth"
    /// Service discovery: `step` or `done`.
    static let serviceDiscovery = "sd"
    /// Webhook registration: `register` or `done`.
    static let observe = "observe"
    static let commit = "commit"
    static let delivery = "delivery"
    static let deployment = "deployment"
    static let event = "event"
    static let hook = "hook"
    /// Where an operator connects from.
    static let origin = "origin"
    static let reason = "reason"
    static let retry = "retry"
    static let retryIn = "retry_in"
    static let stage = "stage"
    static let took = "took"
    static let trigger = "trigger"
    static let verdict = "verdict"
}
