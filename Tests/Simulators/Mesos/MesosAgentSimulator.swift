/// A Mesos agent as far as the files of tasks can be read from it: `/state` and `/files/read`.
/// Source: https://mesos.apache.org/documentation/latest/endpoints/
package final class MesosAgentSimulator: Simulator {
    package let server: SimulatedServer
    /// The content of files by task and name.
    private let files = Awaitable<[String: [String: String]]>([:])

    init() async throws {
        server = try await .bind()
    }

    package var port: Int { server.port }

    func run() async throws {
        try await server.run { self.respond(to: $0) }
    }

    package func write(_ content: String, to file: String, of task: String) {
        files.change { $0[task, default: [:]][file] = content }
    }

    private func respond(to request: SimulatedRequest) -> SimulatedResponse {
        switch request.path {
        case "/state":
            let executors = files.value.keys.sorted().map { task -> JSON in
                ["id": .string(task), "directory": .string(Self.directory(of: task)), "tasks": []]
            }
            return .json(["id": "65e5738f-S1", "frameworks": [["name": "marathon", "executors": .array(executors)]]])
        case "/files/read": return read(request)
        default: return .text("404 Not Found.\n", status: 404)
        }
    }

    private func read(_ request: SimulatedRequest) -> SimulatedResponse {
        guard let offset = request.query("offset").flatMap(Int.init) else {
            return .text("Failed to parse offset.\n", status: 400)
        }
        let path = request.query("path") ?? ""
        let found = files.value.lazy.compactMap { task, files -> String? in
            guard path.hasPrefix(Self.directory(of: task) + "/") else { return nil }
            return files[String(path.dropFirst(Self.directory(of: task).count + 1))]
        }.first
        guard let content = found else { return .text("", status: 404) }
        // A negative offset asks for the size only.
        guard offset >= 0 else { return .json(["data": "", "offset": .integer(content.utf8.count)]) }
        let length = request.query("length").flatMap(Int.init) ?? 16 * 4096
        let part = content.utf8.dropFirst(offset).prefix(length)
        return .json(["data": .string(String(decoding: part, as: UTF8.self)), "offset": .integer(offset)])
    }

    private static func directory(of task: String) -> String {
        "/var/lib/mesos/slave/slaves/65e5738f-S1/frameworks/65e5738f-0000/executors/\(task)/runs/latest"
    }
}

/// Runs a simulated agent while `body` runs.
package func withMesosAgent<Result: Sendable>(
    _ body: @escaping @Sendable (MesosAgentSimulator) async throws -> Result
) async throws -> Result {
    let agent = try await MesosAgentSimulator()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await agent.run() }
        defer { group.cancelAll() }
        return try await body(agent)
    }
}
