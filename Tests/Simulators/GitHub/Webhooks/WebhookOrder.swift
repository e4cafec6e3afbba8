/// A delivery that is to be made.
struct WebhookOrder: Sendable {
    var hook: GitHubSimulator.Hook
    var event: String
    var action: String?
    var payload: JSON
    var guid: String
    var isRedelivery = false
}
