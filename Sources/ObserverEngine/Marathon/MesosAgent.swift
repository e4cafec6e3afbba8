import Foundation

/// The part of the HTTP API of a Mesos agent that reads files of tasks.
/// Source: https://mesos.apache.org/documentation/latest/endpoints/ (slave/state, files/read)
struct MesosAgent: Sendable {
    /// The output of a task can't be read.
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    /// Read of each file, in bytes.
    private static let tail = 256 * 1024

    private let json: JSONClient
    private let address: String

    init(http: HTTPTransport, host: String, port: Int) {
        let url = ServiceURL(host: host, port: port)
        json = JSONClient(http: http, base: url)
        address = url.description
    }

    /// The last lines of `stdout` or `stderr` of a task.
    /// - Throws: `Unreadable`, `CancellationError`
    func lastLines(
        of file: String, task: String, limit: Int, until deadline: ContinuousClock.Instant
    ) async throws -> [String] {
        let path = try await sandbox(of: task, until: deadline) + "/" + file
        // A negative offset asks for the size.
        let size = try await read(path, offset: -1, length: nil, until: deadline)["offset"]?.wholeNumber ?? 0
        let start = max(0, size - Self.tail)
        let answer = try await read(path, offset: start, length: Self.tail, until: deadline)
        var splitter = LineSplitter()
        var lines = splitter.consume(Array((answer["data"]?.string ?? "").utf8))
        lines += [splitter.finish()].compactMap(\.self)
        // The first line of a part is rarely whole.
        return (start > 0 ? lines.dropFirst() : lines[...]).suffix(limit)
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

    private func read(
        _ path: String, offset: Int, length: Int?, until deadline: ContinuousClock.Instant
    ) async throws -> JSONValue {
        var query = [("path", path), ("offset", "\(offset)")]
        if let length { query.append(("length", "\(length)")) }
        return try await get("/files/read", query, until: deadline)
    }

    private func get(
        _ path: String, _ query: [(String, String)], until deadline: ContinuousClock.Instant
    ) async throws -> JSONValue {
        do {
            let limits = JSONClient.Limits(timeout: max(.milliseconds(1), deadline - .now), size: 16 * 1024 * 1024)
            let response = try await json.send(JSONRequest(.get, path, query: query), limits: limits)
            guard response.isSuccess, let value = try? JSONDecoder().decode(JSONValue.self, from: response.body) else {
                throw Unreadable(description: "The agent at \(address) returned \(response.status) for \(path).")
            }
            return value
        } catch let error as TransportError {
            throw Unreadable(
                description: "The agent at \(address) does not answer: \(error.detail). Check -mesos-agent-port.")
        }
    }
}

extension JSONValue {
    /// Whether an executor runs a task: one for a command has the id of its task.
    fileprivate func runs(_ task: String) -> Bool {
        if self["id"]?.string == task { return true }
        return ["tasks", "completed_tasks", "queued_tasks"].contains { list in
            (self[list]?.array ?? []).contains { $0["id"]?.string == task }
        }
    }
}
