import Foundation
import Glibc
import Synchronization

/// Clients of the event stream that read as fast as they can.
final class AttachedClients: Sendable {
    /// The bytes that are kept of each client's stream; more than a snapshot.
    private static let tail = 1_000_000

    private let tails: Mutex<[[UInt8]]>
    private let isOver = Atomic(false)

    init(_ count: Int, to socket: String) throws {
        tails = Mutex(Array(repeating: [], count: count))
        guard count > 0 else { return }
        let isConnected = DispatchSemaphore(value: 0)
        Thread { [self] in
            let connections = (0..<count).compactMap { _ in try? Connection(.socket(socket)) }
            for connection in connections {
                try? connection.send(Array("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
            }
            isConnected.signal()
            read(connections)
        }.start()
        isConnected.wait()
    }

    private func read(_ connections: [Connection]) {
        var polled = connections.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        while !isOver.load(ordering: .relaxed) {
            guard poll(&polled, UInt(polled.count), 200) > 0 else { continue }
            for index in polled.indices where polled[index].revents != 0 {
                guard let bytes = connections[index].read() else { continue }
                tails.withLock { tails in
                    tails[index] += bytes
                    if tails[index].count > 2 * Self.tail { tails[index].removeFirst(tails[index].count - Self.tail) }
                }
            }
        }
    }

    /// How many have been sent the text, within five seconds.
    func count(seeing text: String) -> Int {
        var count = 0
        for _ in 0..<50 {
            let tails = tails.withLock(\.self)
            count = tails.count { Data($0).range(of: Data(text.utf8)) != nil }
            if count == tails.count { break }
            Thread.sleep(forTimeInterval: 0.1)
        }
        return count
    }

    func stop() { isOver.store(true, ordering: .relaxed) }
}
