import Dispatch
import Glibc
import Logging
import Synchronization
import SystemPackage

import struct Foundation.Date

/// Writes lines in order without blocking the caller, whose thread may be one of few. Lines that follow each other at once are
/// written together. If writing is too slow, lines are queued up to a limit; further ones are dropped and counted.
package final class LineStream: Sendable {
    private struct State {
        var queued: [String] = []
        var dropped = 0
        var isWriting = false
    }

    /// How long a line waits for others: waking a thread and writing takes longer than making a line.
    private static let delay = DispatchTimeInterval.milliseconds(10)

    private let put: @Sendable ([String]) -> Void
    private let limit: Int
    private let dropNotice: (@Sendable (Int) -> String)?
    private let queue: DispatchQueue
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: The maximum number of queued lines, not counting those being written.
    ///   - dropNotice: A line, with its newline, to write in place of the dropped ones.
    ///   - put: Writes lines, on one thread at a time; may block it.
    init(
        limit: Int = 4096, dropNotice: (@Sendable (Int) -> String)? = nil, put: @escaping @Sendable ([String]) -> Void
    ) {
        self.put = put
        self.limit = limit
        self.dropNotice = dropNotice
        queue = DispatchQueue(label: "observer.lines")
    }

    /// - Parameter descriptor: Must stay open while lines are written.
    package convenience init(descriptor: CInt, limit: Int = 4096, dropNotice: (@Sendable (Int) -> String)? = nil) {
        self.init(limit: limit, dropNotice: dropNotice) { Self.put($0, to: descriptor) }
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
        if startsWriting { queue.asyncAfter(deadline: .now() + Self.delay) { self.writeQueued() } }
    }

    /// Waits for all lines so far to be written.
    /// - Returns: Whether that succeeded within the limit.
    @discardableResult
    package func flush(within limit: Duration) async -> Bool {
        let isDone = Latch<Void>()
        queue.async {
            self.writeQueued()
            isDone.set(())
        }
        return (try? await withTimeout(limit) { try await isDone.get() }) != nil
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
            put(lines)
        }
    }

    /// Writes lines that are short enough for a pipe to accept them at once together: no line of another process that shares
    /// the stream gets between their characters.
    private static func put(_ lines: [String], to descriptor: CInt) {
        var text = ""
        for line in lines {
            if !text.isEmpty, text.utf8.count + line.utf8.count > Int(PIPE_BUF) {
                put(text, to: descriptor)
                text = ""
            }
            text += line
        }
        put(text, to: descriptor)
    }

    /// One system call unless the stream accepts only a part. Text that can't be written is lost.
    private static func put(_ text: String, to descriptor: CInt) {
        var text = text
        text.withUTF8 { bytes in
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

    package static let standardError = LineStream(
        descriptor: STDERR_FILENO, dropNotice: { LineStream.dropNotice($0, cause: "the reader is too slow") })

    static func dropNotice(_ count: Int, cause: String) -> String {
        let message = "Dropped \(count) log lines: \(cause)."
        return LogrusFormat.text.line(at: Date(), level: .warning, message: message, metadata: [:]) + "\n"
    }

    /// Waits up to a second for the standard streams to be written.
    package static func flushStandardStreams() async {
        let deadline = ContinuousClock.now + .seconds(1)
        for stream in [standardOutput, standardError] { await stream.flush(within: max(.zero, deadline - .now)) }
    }
}
