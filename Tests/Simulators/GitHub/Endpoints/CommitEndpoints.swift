import Foundation

extension Endpoint {
    static let commits: [Endpoint] = [
        Endpoint(.get, "/repos/{owner}/{repo}/commits", .contents) { gitHub, call in
            let start = call.request.query("sha") ?? gitHub.options.defaultBranch
            guard let head = try await gitHub.git.resolve(start) else { throw GitHubErrorResponse.notFound }
            let paths = call.request.query("path").map { [$0] } ?? []
            let page = Page(of: try await gitHub.git.log([head], paths: paths), call.request, base: gitHub.url)
            return .json(.array(page.elements.map(call.documents.commit)), headers: page.headers)
        },
        Endpoint(.get, "/repos/{owner}/{repo}/commits/{ref...}/status", .statuses(.read)) { gitHub, call in
            let commit = try await gitHub.existingCommit(call.parameter("ref"))
            return .json(call.documents.combinedStatus(of: commit, gitHub.statuses(of: commit)))
        },
        Endpoint(.get, "/repos/{owner}/{repo}/commits/{ref...}/statuses", .statuses(.read)) { gitHub, call in
            let commit = try await gitHub.existingCommit(call.parameter("ref"))
            let page = Page(of: gitHub.statuses(of: commit).reversed(), call.request, base: gitHub.url)
            return .json(.array(page.elements.map(call.documents.status)), headers: page.headers)
        },
        Endpoint(.get, "/repos/{owner}/{repo}/commits/{ref...}", .contents) { gitHub, call in
            guard let commit = try await gitHub.git.commit(call.parameter("ref")) else {
                throw GitHubErrorResponse(422, "No commit found for SHA: \(call.parameter("ref"))")
            }
            if call.request.headers["Accept"]?.contains("sha") == true {
                return .text(commit.sha, type: "application/vnd.github.sha; charset=utf-8")
            }
            let files = commit.changedFiles(call.documents)
            return .json(call.documents.commit(commit).merging(["files": .array(files)]))
        },
        Endpoint(.get, "/repos/{owner}/{repo}/compare/{basehead...}", .contents) { gitHub, call in
            try await gitHub.comparison(call)
        },
    ]
}

extension GitHubSimulator {
    /// Resolves a ref or id to an existing commit.
    func existingCommit(_ ref: String) async throws -> String {
        guard let commit = try await git.resolve(ref) else { throw GitHubErrorResponse.notFound }
        return commit
    }

    fileprivate func comparison(_ call: Endpoint.Call) async throws -> SimulatedResponse {
        let names = call.parameter("basehead").split(separator: "...", maxSplits: 1).map(String.init)
        guard names.count == 2, let base = try await git.commit(names[0]), let head = try await git.commit(names[1]),
            let common = try await git.mergeBase(base.sha, head.sha), let mergeBase = try await git.commit(common)
        else { throw GitHubErrorResponse.notFound }
        let ahead = try await git.log(["--reverse", "\(base.sha)..\(head.sha)"])
        let behind = try await git.log(["\(head.sha)..\(base.sha)"])
        let status =
            switch (ahead.isEmpty, behind.isEmpty) {
            case (true, true): "identical"
            case (false, true): "ahead"
            case (true, false): "behind"
            case (false, false): "diverged"
            }
        let changed = try await git.changes(from: mergeBase, to: head)
        let documents = call.documents
        let page = "\(documents.htmlURL)/compare/\(names[0])...\(names[1])"
        return .json([
            "url": .string("\(documents.repositoryURL)/compare/\(names[0])...\(names[1])"),
            "html_url": .string(page), "permalink_url": .string(page), "diff_url": .string("\(page).diff"),
            "patch_url": .string("\(page).patch"), "base_commit": documents.commit(base),
            "merge_base_commit": documents.commit(mergeBase), "status": .string(status),
            "ahead_by": .integer(ahead.count), "behind_by": .integer(behind.count),
            "total_commits": .integer(ahead.count), "commits": .array(ahead.map(documents.commit)),
            "files": .array(Array(changed.changedFiles(documents).prefix(300))),
        ])
    }
}

extension GitCommit {
    fileprivate func changedFiles(_ documents: Documents) -> [JSON] {
        let changes = [("added", added), ("removed", removed), ("modified", modified)]
        return changes.flatMap { status, paths in
            paths.map { path in
                let place = "\(sha)/\(PercentEncoding.encode(path, keeping: "/"))"
                return [
                    "sha": .string(tree), "filename": .string(path), "status": .string(status), "additions": 1,
                    "deletions": 0, "changes": 1, "blob_url": .string("\(documents.htmlURL)/blob/\(place)"),
                    "raw_url": .string("\(documents.htmlURL)/raw/\(place)"),
                    "contents_url": .string("\(documents.repositoryURL)/contents/\(path)?ref=\(sha)"),
                ]
            }
        }
    }
}

extension Endpoint {
    static let branches: [Endpoint] = [
        Endpoint(.get, "/repos/{owner}/{repo}/branches", .contents) { gitHub, call in
            let page = Page(of: try await gitHub.git.branches(), call.request, base: gitHub.url)
            let branches = page.elements.map { call.documents.shortBranch($0.name, at: $0.commit) }
            return .json(.array(branches), headers: page.headers)
        },
        Endpoint(.get, "/repos/{owner}/{repo}/branches/{branch...}", .contents) { gitHub, call in
            let name = call.parameter("branch")
            guard let commit = try await gitHub.git.commit("refs/heads/\(name)") else {
                if let new = gitHub.state.value.renamedBranches[name] {
                    throw gitHub.redirect(to: "/branches/\(new)", query: call.request, as: .get)
                }
                throw GitHubErrorResponse(404, "Branch not found")
            }
            return .json(call.documents.branch(name, at: commit))
        },
        Endpoint(.get, "/repos/{owner}/{repo}/git/ref/{ref...}", .contents) { gitHub, call in
            let ref = "refs/\(call.parameter("ref"))"
            guard let commit = try await gitHub.git.resolve(ref) else { throw GitHubErrorResponse.notFound }
            return .json(call.documents.ref(ref, at: commit))
        },
    ]
}

extension Endpoint {
    static let statuses: [Endpoint] = [
        Endpoint(.post, "/repos/{owner}/{repo}/statuses/{sha}", .statuses(.write)) { gitHub, call in
            let body = try call.body()
            guard let state = body["state"]?.string, ["error", "failure", "pending", "success"].contains(state) else {
                throw GitHubErrorResponse.invalid([["resource": "Status", "field": "state", "code": "custom"]])
            }
            let description = (body["description"]?.string ?? "").unicodeScalars
            guard description.allSatisfy({ $0.value <= 0xFFFF }) else {
                throw GitHubErrorResponse.invalid([
                    [
                        "resource": "Status", "field": "description", "code": "custom",
                        "message": "description doesn't accept 4-byte Unicode",
                    ]
                ])
            }
            guard description.count <= 140 else {
                throw GitHubErrorResponse.invalid([
                    [
                        "resource": "Status", "field": "description", "code": "custom",
                        "message": "description is too long (maximum is 140 characters)",
                    ]
                ])
            }
            let sha = call.parameter("sha")
            guard sha.count == 40, try await gitHub.git.resolve(sha) != nil else {
                throw GitHubErrorResponse(422, "No commit found for SHA: \(sha)")
            }
            let status = gitHub.state.change { known in
                let status = GitHubSimulator.CommitStatus(
                    id: known.nextID(),
                    commit: sha,
                    state: state,
                    context: body["context"]?.string ?? "default",
                    description: body["description"]?.string,
                    targetURL: body["target_url"]?.string,
                    createdAt: Date()
                )
                known.statuses.append(status)
                return status
            }
            // GitHub announces the observer's own statuses, too.
            gitHub.announce("status", call.documents.statusPayload(status))
            return .json(call.documents.status(status), status: 201)
        }
    ]
}
