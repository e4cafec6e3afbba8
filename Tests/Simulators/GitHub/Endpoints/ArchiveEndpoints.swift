import Foundation

extension Endpoint {
    static let archives: [Endpoint] = [
        Endpoint(.get, "/repos/{owner}/{repo}/tarball/{ref...}", .contents) { gitHub, call in
            let commit = try await gitHub.existingCommit(call.parameter("ref"))
            let path = "/\(gitHub.options.owner)/\(gitHub.options.repository)/legacy.tar.gz/\(commit)"
            return SimulatedResponse(status: 302, headers: ["Location": gitHub.codeload.url + path])
        },
        Endpoint(.get, "/repos/{owner}/{repo}/contents/{path...}", .contents) { gitHub, call in
            try await gitHub.contents(call)
        },
        Endpoint(.get, "/repos/{owner}/{repo}/contents", .contents) { gitHub, call in
            try await gitHub.contents(call)
        },
    ]
}

extension GitHubSimulator {
    fileprivate func contents(_ call: Endpoint.Call) async throws -> SimulatedResponse {
        let ref = call.request.query("ref") ?? options.defaultBranch
        guard let commit = try await git.resolve(ref) else {
            throw GitHubErrorResponse(404, "No commit found for the ref \(ref)")
        }
        guard let entry = try await git.entry(call.parameter("path"), in: commit) else {
            throw GitHubErrorResponse.notFound
        }
        if entry.kind == "tree" {
            let entries = try await git.entries(of: entry.path, in: commit)
            return .json(.array(entries.map { call.documents.entry($0, at: ref, size: 0) }))
        }
        let content = try await git.blob(entry.sha)
        if call.request.headers["Accept"]?.contains("raw") == true {
            let type = "application/vnd.github.raw; charset=utf-8"
            return SimulatedResponse(status: 200, headers: ["Content-Type": type], body: .bytes(content))
        }
        let encoded = Data(content).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return .json(
            call.documents.entry(entry, at: ref, size: content.count).merging([
                "encoding": "base64", "content": .string(encoded),
            ]))
    }
}

extension Documents {
    fileprivate func entry(_ entry: TreeEntry, at ref: String, size: Int) -> JSON {
        let path = PercentEncoding.encode(entry.path, keeping: "/")
        let url = "\(repositoryURL)/contents/\(path)?ref=\(PercentEncoding.encode(ref))"
        let type =
            switch (entry.kind, entry.mode) {
            case ("tree", _): "dir"
            case (_, "120000"): "symlink"
            case ("commit", _): "submodule"
            default: "file"
            }
        let gitURL = JSON.string("\(repositoryURL)/git/\(entry.kind)s/\(entry.sha)")
        let page = JSON.string("\(htmlURL)/\(entry.kind)/\(ref)/\(path)")
        return [
            "type": .string(type), "size": .integer(size), "name": .string(entry.name), "path": .string(entry.path),
            "sha": .string(entry.sha), "url": .string(url), "git_url": gitURL, "html_url": page,
            "download_url": entry.kind == "blob" ? .string("\(htmlURL)/raw/\(ref)/\(path)") : nil,
            "_links": ["self": .string(url), "git": gitURL, "html": page],
        ]
    }
}
