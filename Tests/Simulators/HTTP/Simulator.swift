/// Common interface of the simulators: an address, a request log, faults, stop and start.
package protocol Simulator: Sendable {
    var server: SimulatedServer { get }
    /// `http://127.0.0.1:PORT`, without a trailing slash.
    var url: String { get }
}

extension Simulator {
    package var url: String { server.url }

    /// All requests so far, oldest first.
    package func requests() -> [RecordedRequest] { server.log.value }

    /// The requests with a method (nil: any) and a path, in which a `*` is any segment, at the end any rest.
    package func requests(_ method: RequestMethod?, _ path: String) -> [RecordedRequest] {
        requests().filter { $0.request.matches(method, path) }
    }

    /// Waits until `count` requests that got a response satisfy `condition`, and returns the last one.
    @discardableResult
    package func request(
        count: Int = 1,
        timeout: Duration = .testTimeout,
        where condition: @escaping @Sendable (RecordedRequest) -> Bool
    ) async throws -> RecordedRequest {
        try await request(described: "\(count) matching requests", count, timeout, condition)
    }

    /// Waits until `count` requests with a method and path got a response, and returns the last one.
    @discardableResult
    package func request(
        _ method: RequestMethod?,
        _ path: String,
        count: Int = 1,
        timeout: Duration = .testTimeout
    ) async throws -> RecordedRequest {
        let described = "\(count) of \(method?.rawValue ?? "ANY") \(path)"
        return try await request(described: described, count, timeout) { $0.request.matches(method, path) }
    }

    private func request(
        described: String,
        _ count: Int,
        _ timeout: Duration,
        _ condition: @escaping @Sendable (RecordedRequest) -> Bool
    ) async throws -> RecordedRequest {
        try await server.log.wait(
            for: described,
            timeout: timeout,
            describe: { $0.suffix(20).map(\.description).joined(separator: ", ") },
            until: { log in
                let found = log.filter { $0.status != nil && condition($0) }
                return found.count >= count ? found[count - 1] : nil
            }
        )
    }

    package func inject(_ fault: Fault) { server.faults.add(fault) }

    package func clearFaults() { server.faults.clear() }

    /// Closes the port and every connection, as if the machine were down. ``start()`` reopens the port.
    package func stop() async throws { try await server.stop() }

    package func start() async throws { try await server.start() }
}
