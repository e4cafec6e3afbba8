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
