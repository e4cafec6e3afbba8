import Foundation

@testable import ObserverEngine

extension FuzzTarget {
    /// A body is a push with all that a deployment needs, or refused with a reason; so is what is stored of it.
    static let push = FuzzTarget(name: "push") { input in
        check(Data(input))
        if let json = try? JSONDecoder().decode(JSONValue.self, from: Data(input)) { check(Data(json.canonical.utf8)) }
    }

    private static func check(_ json: Data) {
        do throws(DeliveryRejection) {
            let push = try PushEvent(json: json)
            precondition(push.ref.hasPrefix("refs/") && !push.repository.owner.isEmpty && !push.repository.name.isEmpty)
            _ = DeliveryVerdict.judge(
                event: "push", push: push, repository: RepositoryName(owner: "mhausenblas", name: "s4d"),
                branch: "dcos")
            try WebhookPayload.checkObject(json)
        } catch {
            precondition(error.status == 400, "refused with \(error.status): \(error)")
        }
    }
}
