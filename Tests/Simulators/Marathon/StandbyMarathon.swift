/// A Marathon that does not lead: it sends everybody to the one that does.
package struct StandbyMarathon: Simulator {
    package let server: SimulatedServer
    private let leader: MarathonSimulator

    private init(leader: MarathonSimulator) async throws {
        server = try await .bind()
        self.leader = leader
    }

    /// Runs the body with a stand-by of the leader.
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

    /// A 302 for the events, as Marathon has it since 1.7; what changes something must be sent again as it is.
    private func respond(to request: SimulatedRequest) -> SimulatedResponse {
        let status = request.path == "/v2/events" ? 302 : 307
        return SimulatedResponse(status: status, headers: ["Location": leader.server.url + request.target])
    }
}
