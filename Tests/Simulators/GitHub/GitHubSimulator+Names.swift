/// Renamed, replaced and redirected repositories and branches.
extension GitHubSimulator {
    /// Renames the repository, as in its settings. Its old address redirects.
    package func rename(to name: String) {
        state.change { state in
            state.repository.previousNames.insert(state.repository.fullName.lowercased())
            state.repository.name = name
        }
    }

    /// Another repository takes the name that this one had before it was renamed.
    package func takePreviousName(id: Int) {
        state.change { state in
            for name in state.repository.previousNames { state.repository.successors[name] = id }
        }
    }

    /// Replaces the repository with another one of the same name, which has no hooks. Its content stays.
    package func replaceRepository(id: Int) {
        state.change { state in
            state.repository.id = id
            state.hooks = []
        }
    }

    /// Renames a branch, as in the repository's settings. Its old address redirects.
    package func renameBranch(_ old: String, to new: String) async throws {
        guard let head = try await git.head(of: old) else { throw GitHubErrorResponse.notFound }
        try await git.setRef("refs/heads/\(new)", to: head)
        try await git.deleteRef("refs/heads/\(old)")
        state.change { $0.renamedBranches[old] = new }
    }

    /// Redirects lead to addresses with the ID of the repository.
    func pathByName(_ path: String) -> String {
        let prefix = "/repositories/\(state.value.repository.id)"
        guard path == prefix || path.hasPrefix(prefix + "/") else { return path }
        let repository = state.value.repository
        return "/repos/\(repository.owner)/\(repository.name)" + path.dropFirst(prefix.count)
    }

    func redirectPreviousNames(_ request: SimulatedRequest) throws {
        let parts = request.encodedPath.split(separator: "/", maxSplits: 3)
        guard parts.count >= 3, parts[0] == "repos" else { return }
        let name = "\(parts[1])/\(parts[2])".lowercased()
        let repository = state.value.repository
        guard repository.previousNames.contains(name), name != repository.fullName.lowercased() else { return }
        if let successor = repository.successors[name] {
            guard parts.count == 3 else { throw GitHubErrorResponse.notFound }
            var other = documents
            (other.owner, other.name, other.repositoryID) = (String(parts[1]), String(parts[2]), successor)
            throw GitHubErrorResponse(response: .json(other.repository))
        }
        throw redirect(to: parts.count > 3 ? "/\(parts[3])" : "", query: request, as: request.method)
    }

    /// GitHub's response for an address that has moved.
    func redirect(to path: String, query request: SimulatedRequest, as method: RequestMethod) -> GitHubErrorResponse {
        let query = request.query.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
        let url = "\(url)/repositories/\(state.value.repository.id)\(path)" + (query.isEmpty ? "" : "?\(query)")
        return GitHubErrorResponse(
            method == .get ? 301 : 307, "Moved Permanently", headers: ["Location": url], extra: ["url": .string(url)])
    }
}
