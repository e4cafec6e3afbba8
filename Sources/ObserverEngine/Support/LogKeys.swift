/// The keys of log metadata, declared once. `auth`, `sd` and `observe` are the ones of the documented log.
extension String {
    /// `step` and `done` of the authentication at GitHub.
    static let auth = "auth"
    /// `step` and `done` of service discovery.
    static let serviceDiscovery = "sd"
    /// `register` and `done` of the webhook.
    static let observe = "observe"
    static let app = "app"
    static let commit = "commit"
    static let delivery = "delivery"
    static let deployment = "deployment"
    static let event = "event"
    static let hook = "hook"
    static let reason = "reason"
    static let request = "request"
    static let retryIn = "retry_in"
    static let stage = "stage"
    static let took = "took"
    static let trigger = "trigger"
    static let url = "url"
    static let verdict = "verdict"
}
