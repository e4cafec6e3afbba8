import Foundation
import Glibc

/// Deliveries in a closed loop: each connection sends the next one when the previous one is answered.
struct Load {
    /// How many were answered, and how long each took.
    var count = 0
    var seconds = 0.0
    var latencies: [Double] = []
    /// Answers that are not 2xx.
    var failures = 0

    var perSecond: Double { Double(count) / seconds }

    /// - Parameters:
    ///   - limit: Ends after as many deliveries.
    ///   - duration: Ends after this time.
    static func run(
        on port: UInt16, connections: Int, of push: inout Push, upTo limit: Int = .max,
        for duration: Duration = .seconds(600)
    ) throws -> Load {
        let connections = try (0..<connections).map { _ in try Connection(.port(port)) }
        var polled = connections.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        var load = Load()
        var sent = 0
        let start = ContinuousClock.now
        let end = start + duration
        var began = [ContinuousClock.Instant](repeating: start, count: connections.count)
        for (index, connection) in connections.enumerated() where sent < limit {
            began[index] = .now
            try connection.send(push.next())
            sent += 1
        }
        var isOver = false
        while load.count < sent {
            guard poll(&polled, UInt(polled.count), 30_000) > 0 else { throw Connection.Failed() }
            for index in polled.indices where polled[index].revents != 0 {
                guard let status = try connections[index].receive() else { continue }
                load.count += 1
                load.latencies.append((ContinuousClock.now - began[index]).inMilliseconds)
                if !(200..<300).contains(status) { load.failures += 1 }
                isOver = isOver || ContinuousClock.now >= end
                guard sent < limit, !isOver else { continue }
                began[index] = .now
                try connections[index].send(push.next())
                sent += 1
            }
        }
        load.seconds = (ContinuousClock.now - start).inSeconds
        return load
    }
}
