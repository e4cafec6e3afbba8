/// The decision about a delivery with a valid signature.
package enum DeliveryVerdict: Equatable, Sendable {
    /// A push to the watched branch: its commit is deployed.
    case accepted(commit: CommitID)
    case ping
    case ignored(reason: String)

    package static func judge(
        event: String, push: PushEvent?, watched: WatchedBranch
    ) -> DeliveryVerdict {
        if event == "ping" { return .ping }
        guard let push else { return .ignored(reason: "the event \(event) deploys nothing") }
        guard push.repository.isSame(as: watched.repository) else {
            return .ignored(reason: "\(push.repository) is not \(watched.repository)")
        }
        guard let pushed = push.branch else {
            return .ignored(reason: "\(push.ref.droppingRefs) is not a branch")
        }
        guard pushed == watched.name else { return .ignored(reason: "\(pushed) is not \(watched.name)") }
        guard let commit = push.after else { return .ignored(reason: "the branch \(watched.name) was deleted") }
        return .accepted(commit: commit)
    }
}

extension String {
    fileprivate var droppingRefs: String {
        if hasPrefix("refs/tags/") { return "the tag " + dropFirst("refs/tags/".count) }
        return self
    }
}
