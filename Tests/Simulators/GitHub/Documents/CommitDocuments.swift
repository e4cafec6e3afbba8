extension Documents {
    /// A commit, as in the REST API.
    func commit(_ commit: GitCommit) -> JSON {
        let url = "\(repositoryURL)/commits/\(commit.sha)"
        let author = user(options.pusher.login)
        return [
            "url": .string(url), "sha": .string(commit.sha), "node_id": nodeID("C", commit.sha),
            "html_url": .string("\(htmlURL)/commit/\(commit.sha)"), "comments_url": .string("\(url)/comments"),
            "commit": [
                "url": .string("\(repositoryURL)/git/commits/\(commit.sha)"), "author": signature(commit.author),
                "committer": signature(commit.committer), "message": .string(commit.message), "comment_count": 0,
                "tree": [
                    "sha": .string(commit.tree), "url": .string("\(repositoryURL)/git/trees/\(commit.tree)"),
                ],
                "verification": ["verified": false, "reason": "unsigned", "signature": nil, "payload": nil],
            ],
            "author": author, "committer": author,
            "parents": .array(
                commit.parents.map { parent in
                    [
                        "sha": .string(parent), "url": .string("\(repositoryURL)/commits/\(parent)"),
                        "html_url": .string("\(htmlURL)/commit/\(parent)"),
                    ]
                }),
        ]
    }

    private func signature(_ signature: GitCommit.Signature) -> JSON {
        ["name": .string(signature.name), "email": .string(signature.email), "date": .string(signature.date)]
    }

    func branch(_ name: String, at commit: GitCommit) -> JSON {
        let path = PercentEncoding.encode(name, keeping: "/")
        let url = "\(repositoryURL)/branches/\(path)"
        return [
            "name": .string(name), "commit": self.commit(commit),
            "_links": ["self": .string(url), "html": .string("\(htmlURL)/tree/\(path)")],
            "protected": false, "protection_url": .string("\(url)/protection"),
            "protection": [
                "enabled": false,
                "required_status_checks": ["enforcement_level": "off", "contexts": [], "checks": []],
            ],
        ]
    }

    /// A branch, as in the list of branches.
    func shortBranch(_ name: String, at commit: String) -> JSON {
        [
            "name": .string(name), "protected": false,
            "commit": ["sha": .string(commit), "url": .string("\(repositoryURL)/commits/\(commit)")],
        ]
    }

    func ref(_ ref: String, at commit: String) -> JSON {
        [
            "ref": .string(ref), "node_id": nodeID("REF", ref), "url": .string("\(repositoryURL)/git/\(ref)"),
            "object": [
                "type": "commit", "sha": .string(commit), "url": .string("\(repositoryURL)/git/commits/\(commit)"),
            ],
        ]
    }
}

extension Documents {
    func status(_ status: GitHubSimulator.CommitStatus) -> JSON {
        simpleStatus(status).merging(["creator": user(options.pusher.login)])
    }

    /// The newest status of each context of a commit, and their combined state.
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
