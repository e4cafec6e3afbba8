import Foundation

/// The part of the HTTP API of a Mesos agent that reads files of tasks.
/// Source: https://mesos.apache.org/documentation/latest/endpoints/ (slave/state, files/read)
struct MesosAgent: Sendable {
    /// The output of a task can't be read.
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    private let json: JSONClient
    private let address: String

    init(http: HTTPTransport, host: String, port: Int) {
        let url = ServiceURL(host: host, port: port)
        json = JSONClient(http: http, base: url)
        address = url.description
    }

    /// The file `stdout` or `stderr` of a task.
    /// - Throws: `Unreadable`, `CancellationError`
    func file(_ name: String, of task: String, until deadline: ContinuousClock.Instant) async throws -> TaskFile {
        TaskFile(agent: self, path: try await sandbox(of: task, until: deadline) + "/" + name)
    }

    /// The size of a file in bytes.
    func size(of path: String, until deadline: ContinuousClock.Instant) async throws -> Int {
        // A negative offset asks for the size.
        let query = [("path", path), ("offset", "-1")]
        return try await get("/files/read", query, until: deadline)["offset"]?.wholeNumber ?? 0
    }

    /// A part of a file.
    func read(
        _ path: String, offset: Int, length: Int, until deadline: ContinuousClock.Instant
    ) async throws -> [UInt8] {
        let query = [("path", path), ("offset", "\(offset)"), ("length", "\(length)")]
        return Array((try await get("/files/read", query, until: deadline)["data"]?.string ?? "").utf8)
    }

    /// The directory of a task.
    private func sandbox(of task: String, until deadline: ContinuousClock.Instant) async throws -> String {
        let state = try await get("/state", [], until: deadline)
        let frameworks = (state["frameworks"]?.array ?? []) + (state["completed_frameworks"]?.array ?? [])
        for framework in frameworks {
            let executors = (framework["executors"]?.array ?? []) + (framework["completed_executors"]?.array ?? [])
            for executor in executors where executor.runs(task) {
                if let directory = executor["directory"]?.string { return directory }
            }
        }
        throw Unreadable(description: "The agent at \(address) does not know the task \(task).")
    }

    private func get(
        _ path: String, _ query: [(String, String)], until deadline: ContinuousClock.Instant
    ) async throws -> JSONValue {
        do {
            let limits = JSONClient.Limits(timeout: max(.milliseconds(1), deadline - .now), size: 16 * 1024 * 1024)
            let response = try await json.send(JSONRequest(.get, path, query: query), limits: limits)
            // A part of a file may begin or end within a character.
            let body = Data(String(decoding: response.body, as: UTF8.self).utf8)
            guard response.isSuccess, let value = try? JSONDecoder().decode(JSONValue.self, from: body) else {
                throw Unreadable(description: "The agent at \(address) returned \(response.status) for \(path).")
            }
            return value
        } catch let error as TransportError {
            throw Unreadable(
                description: "The agent at \(address) does not respond: \(error.detail). Check -mesos-agent-port.")
        }
    }
}

extension JSONValue {
    /// Whether an executor runs a task: one for a command has the ID of its task.
    fileprivate func runs(_ task: String) -> Bool {
        if self["id"]?.string == task { return true }
        return ["tasks", "completed_tasks", "queued_tasks"].contains { list in
            (self[list]?.array ?? []).contains { $0["id"]?.string == task }
        }
    }
}
