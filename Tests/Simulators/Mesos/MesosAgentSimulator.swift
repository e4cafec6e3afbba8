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

    /// Adds lines to a file.
    package func append(_ content: String, to file: String, of task: String) {
        files.change { $0[task, default: [:]][file, default: ""] += content }
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
        // An agent reads at most 16 pages at a time, whatever is asked for.
        let length = min(request.query("length").flatMap(Int.init) ?? .max, 16 * 4096)
        let part = Array(content.utf8.dropFirst(offset).prefix(length))
        // It escapes what JSON requires and copies every other byte, also a part of a character.
        let escaped = part.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "\""): Array("\\\"".utf8)
            case UInt8(ascii: "\\"): Array("\\\\".utf8)
            case 0..<0x20: Array("\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: [byte]
            }
        }
        return SimulatedResponse(
            status: 200, headers: ["Content-Type": "application/json"],
            body: .bytes(Array(#"{"data":""#.utf8) + escaped + Array(#"","offset":\#(offset)}"#.utf8)))
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
