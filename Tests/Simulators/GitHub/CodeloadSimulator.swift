/// The separate origin that serves archives. It needs no token, and must never receive one.
package struct CodeloadSimulator: Simulator {
    package let server: SimulatedServer
    let git: GitRepository
    let state: Awaitable<GitHubSimulator.State>

    func run() async throws {
        try await server.run { await respond(to: $0) }
    }

    private func respond(to request: SimulatedRequest) async -> SimulatedResponse {
        if request.headers["Authorization"] != nil {
            state.change { $0.violations.append("codeload was sent an Authorization header: \(request.path)") }
        }
        let pattern = PathPattern("/{owner}/{repo}/legacy.tar.gz/{ref...}")
        guard request.method == .get, let parameters = pattern.match(request.encodedPath),
            let owner = parameters["owner"], let name = parameters["repo"], let ref = parameters["ref"],
            let commit = try? await git.resolve(ref)
        else { return .text("404: Not Found", status: 404) }
        let prefix = "\(owner)-\(name)-\(commit.prefix(7))"
        let headers: HeaderFields = [
            "Content-Type": "application/x-gzip", "Content-Disposition": "attachment; filename=\(prefix).tar.gz",
        ]
        do {
            let prepared = state.read { $0.archives[commit] }
            let archive = if let prepared { prepared } else { try await git.archive(commit, prefix: prefix) }
            let parts = stride(from: 0, to: archive.count, by: 16_384).map { start in
                Array(archive[start..<min(start + 16_384, archive.count)])
            }
            return SimulatedResponse(status: 200, headers: headers, body: .stream(ByteStream(parts), framing: .chunked))
        } catch {
            return .text("500: \(error)", status: 500)
        }
    }
}
