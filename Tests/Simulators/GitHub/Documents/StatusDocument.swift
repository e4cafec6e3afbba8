extension Documents {
    func status(_ status: GitHubSimulator.CommitStatus) -> JSON {
        simpleStatus(status).merging(["creator": user(options.pusher.login)])
    }

    /// The states of one commit, the newest of each context, and what they come to.
    func combinedStatus(of commit: String, _ statuses: [GitHubSimulator.CommitStatus]) -> JSON {
        let newest = Dictionary(statuses.map { ($0.context, $0) }) { $1.id > $0.id ? $1 : $0 }
            .values.sorted { $0.id < $1.id }
        return [
            "state": .string(Self.summary(of: newest.map(\.state))), "statuses": .array(newest.map(simpleStatus)),
            "sha": .string(commit),
            "total_count": .integer(newest.count), "repository": minimalRepository,
            "commit_url": .string("\(repositoryURL)/commits/\(commit)"),
            "url": .string("\(repositoryURL)/commits/\(commit)/status"),
        ]
    }

    private static func summary(of states: [String]) -> String {
        if states.contains("failure") || states.contains("error") { return "failure" }
        return states.isEmpty || states.contains("pending") ? "pending" : "success"
    }

    private func simpleStatus(_ status: GitHubSimulator.CommitStatus) -> JSON {
        let moment = JSON.string(Timestamp.seconds(status.createdAt))
        return [
            "url": .string("\(repositoryURL)/statuses/\(status.commit)"), "avatar_url": nil,
            "id": .integer(status.id), "node_id": nodeID("SC", status.id), "state": .string(status.state),
            "description": JSON(status.description), "target_url": JSON(status.targetURL),
            "context": .string(status.context), "created_at": moment, "updated_at": moment,
        ]
    }
}
