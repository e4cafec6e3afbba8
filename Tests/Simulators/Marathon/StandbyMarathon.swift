/// A standby Marathon, which redirects every request to the leader.
package struct StandbyMarathon: Simulator {
    package let server: SimulatedServer
    private let leader: MarathonSimulator

    private init(leader: MarathonSimulator) async throws {
        server = try await .bind()
        self.leader = leader
    }

    /// Runs the body with a standby of the leader.
    package static func with<Result: Sendable>(
        leader: MarathonSimulator, _ body: @escaping @Sendable (StandbyMarathon) async throws -> Result
    ) async throws -> Result {
        let standby = try await StandbyMarathon(leader: leader)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await standby.server.run { standby.respond(to: $0) }
                return nil
            }
            group.addTask { try await body(standby) }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    /// Redirects with 302 for events, as Marathon does since 1.7, and with 307 otherwise, which preserves method and body.
    private func respond(to request: SimulatedRequest) -> SimulatedResponse {
        let status = request.path == "/v2/events" ? 302 : 307
        return SimulatedResponse(status: status, headers: ["Location": leader.server.url + request.target])
    }
}
