import Dispatch
import Glibc
import Logging
import Synchronization
import SystemPackage

import struct Foundation.Date

/// Writes lines to a stream in order without blocking the caller. If the reader is too slow, lines are queued up to a
/// limit; further ones are dropped and counted.
package final class LineStream: Sendable {
    private struct State {
        var queued: [String] = []
        var dropped = 0
        var isWriting = false
    }

    private let descriptor: CInt
    private let limit: Int
    private let dropNotice: (@Sendable (Int) -> String)?
    private let queue: DispatchQueue
    private let state = Mutex(State())

    /// - Parameters:
    ///   - descriptor: Must stay open while lines are written.
    ///   - limit: The maximum number of queued lines, not counting those being written.
    ///   - dropNotice: A line, with its newline, to write in place of the dropped ones.
    package init(descriptor: CInt, limit: Int = 4096, dropNotice: (@Sendable (Int) -> String)? = nil) {
        self.descriptor = descriptor
        self.limit = limit
        self.dropNotice = dropNotice
        queue = DispatchQueue(label: "observer.lines.\(descriptor)")
    }

    /// - Parameter line: With its newline.
    package func write(_ line: String) {
        let startsWriting = state.withLock { state in
            guard state.queued.count < limit else {
                state.dropped += 1
                return false
            }
            state.queued.append(line)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if startsWriting { queue.async { self.writeQueued() } }
    }

    /// Waits for all lines so far to be written.
    /// - Returns: Whether that succeeded within the limit.
    @discardableResult
    package func flush(within limit: Duration) -> Bool {
        let isDone = DispatchSemaphore(value: 0)
        queue.async { isDone.signal() }
        return isDone.wait(timeout: .now() + limit.seconds) == .success
    }

    private func writeQueued() {
        while true {
            let lines = state.withLock { state -> [String] in
                var lines = state.queued
                if state.dropped > 0, let dropNotice { lines.append(dropNotice(state.dropped)) }
                state.queued.removeAll(keepingCapacity: true)
                state.dropped = 0
                state.isWriting = !lines.isEmpty
                return lines
            }
            guard !lines.isEmpty else { return }
            for line in lines { put(line) }
        }
    }

    /// One system call per line unless the stream accepts only a part. Lines that can't be written are lost.
    private func put(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                do {
                    let count = try FileDescriptor(rawValue: descriptor).write(rest)
                    guard count > 0 else { return }
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                } catch Errno.wouldBlock {
                    // Another process that shares the stream has made it non-blocking.
                    var interest = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&interest, 1, -1)
                } catch {
                    return
                }
            }
        }
    }
}

extension LineStream {
    package static let standardOutput = LineStream(descriptor: STDOUT_FILENO)

    package static let standardError = LineStream(descriptor: STDERR_FILENO) { dropped in
        let message = "Dropped \(dropped) log lines: the reader is too slow."
        return LogrusFormat.text.line(at: Date(), level: .warning, message: message, metadata: [:]) + "\n"
    }

    /// Waits up to a second for the standard streams to be written.
    package static func flushStandardStreams() {
        let deadline = ContinuousClock.now + .seconds(1)
        for stream in [standardOutput, standardError] { stream.flush(within: max(.zero, deadline - .now)) }
    }
}
