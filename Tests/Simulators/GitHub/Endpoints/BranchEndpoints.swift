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
                throw Refusal(404, "Branch not found")
            }
            return .json(call.documents.branch(name, at: commit))
        },
        Endpoint(.get, "/repos/{owner}/{repo}/git/ref/{ref...}", .contents) { gitHub, call in
            let ref = "refs/\(call.parameter("ref"))"
            guard let commit = try await gitHub.git.resolve(ref) else { throw Refusal.notFound }
            return .json(call.documents.ref(ref, at: commit))
        },
    ]
}
