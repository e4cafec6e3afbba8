/// The decision about a delivery with a valid signature.
package enum DeliveryVerdict: Equatable, Sendable {
    /// A push to the watched branch: its commit is deployed.
    case accepted(commit: CommitID)
    /// A push to the watched branch that the rules skip.
    case skipped(commit: CommitID, PushSkip)
    case ping
    case ignored(reason: String)

    /// - Parameters:
    ///   - repositoryID: GitHub's ID of the watched repository, once it is known.
    ///   - changedFiles: Those of the push, if they are known.
    package static func judge(
        event: String, push: PushEvent?, watched: WatchedBranch, repositoryID: Int64? = nil,
        rules: PushRules = PushRules(), changedFiles: [String]? = nil
    ) -> DeliveryVerdict {
        if event == "ping" { return .ping }
        guard let push else { return .ignored(reason: "the event '\(event)' deploys nothing") }
        guard push.isTo(watched.repository, id: repositoryID) else {
            let isNamesake = push.repository.isSame(as: watched.repository)
            return .ignored(
                reason: isNamesake
                    ? "\(push.repository) is another repository now" : "\(push.repository) is not \(watched.repository)"
            )
        }
        guard let pushed = push.branch else {
            return .ignored(reason: "\(push.ref.droppingRefs) is not a branch")
        }
        guard pushed == watched.name else { return .ignored(reason: "branch \(pushed) is not watched") }
        guard let commit = push.after else { return .ignored(reason: "the branch \(watched.name) was deleted") }
        if let skip = rules.skip(message: push.message, changedFiles: changedFiles) {
            return .skipped(commit: commit, skip)
        }
        return .accepted(commit: commit)
    }
}

extension String {
    fileprivate var droppingRefs: String {
        if hasPrefix("refs/tags/") { return "the tag " + dropFirst("refs/tags/".count) }
        return self
    }
}

/// Why a push deploys nothing, although it is to the watched branch.
package enum PushSkip: String, Equatable, Sendable {
    /// The head commit's message asks for it.
    case message
    /// No file that it changes matters to the deployment.
    case paths

    /// The verdict's reason.
    package var reason: String {
        switch self {
        case .message: "the message of the head commit contains \(PushRules.marker)"
        case .paths: "no changed file matches -paths"
        }
    }
}

/// Which pushes to the watched branch deploy nothing.
package struct PushRules: Equatable, Sendable {
    /// In the message of a head commit, in any case.
    package static let marker = "[skip deploy]"

    /// nil: every change matters.
    package var paths: PathPatterns?

    package init(paths: PathPatterns? = nil) {
        self.paths = paths
    }

    /// - Parameter changedFiles: nil if they are not known; such a push is deployed.
    package func skip(message: String?, changedFiles: [String]? = nil) -> PushSkip? {
        if let message, message.lowercased().contains(Self.marker) { return .message }
        guard let paths, let changedFiles, !changedFiles.contains(where: paths.include) else { return nil }
        return .paths
    }
}
