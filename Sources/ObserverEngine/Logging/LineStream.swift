import Dispatch
import Glibc
import Logging
import Synchronization

import struct Foundation.Date

/// A stream that takes lines and makes nobody wait: a queue of its own writes them, in their order. Where nobody reads,
/// lines wait up to a limit; further ones are lost, and counted.
package final class LineStream: Sendable {
    private struct State {
        var waiting: [String] = []
        var lost = 0
        var isWriting = false
    }

    private let descriptor: CInt
    private let limit: Int
    private let noticeOfLoss: (@Sendable (Int) -> String)?
    private let queue: DispatchQueue
    private let state = Mutex(State())

    /// - Parameters:
    ///   - descriptor: Must stay open for as long as something is written.
    ///   - limit: How many lines wait at the most, beside those that are being written.
    ///   - noticeOfLoss: What stands, with its newline, where so many lines were lost; nil says nothing.
    package init(descriptor: CInt, limit: Int = 4096, noticeOfLoss: (@Sendable (Int) -> String)? = nil) {
        self.descriptor = descriptor
        self.limit = limit
        self.noticeOfLoss = noticeOfLoss
        queue = DispatchQueue(label: "observer.lines.\(descriptor)")
    }

    /// - Parameter line: With its newline.
    package func write(_ line: String) {
        let begins = state.withLock { state in
            guard state.waiting.count < limit else {
                state.lost += 1
                return false
            }
            state.waiting.append(line)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if begins { queue.async { self.writeWaiting() } }
    }

    /// Waits until all that was written before is out, but not for longer.
    /// - Returns: Whether it is.
    @discardableResult
    package func flush(within limit: Duration) -> Bool {
        let isOut = DispatchSemaphore(value: 0)
        queue.async { isOut.signal() }
        return isOut.wait(timeout: .now() + limit.seconds) == .success
    }

    private func writeWaiting() {
        while true {
            let lines = state.withLock { state -> [String] in
                var lines = state.waiting
                if state.lost > 0, let noticeOfLoss { lines.append(noticeOfLoss(state.lost)) }
                state.waiting.removeAll(keepingCapacity: true)
                state.lost = 0
                state.isWriting = !lines.isEmpty
                return lines
            }
            guard !lines.isEmpty else { return }
            for line in lines { put(line) }
        }
    }

    /// One write for each line where the stream takes it whole. What can't be written is lost, as with any log.
    private func put(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let start = rest.baseAddress, !rest.isEmpty {
                let count = systemWrite(descriptor, start, rest.count)
                if count > 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                } else if count < 0, errno == EAGAIN {
                    // Somebody who shares the stream does not want to wait for it; we do.
                    var interest = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&interest, 1, -1)
                } else if count == 0 || errno != EINTR {
                    return
                }
            }
        }
    }
}

extension LineStream {
    package static let standardOutput = LineStream(descriptor: STDOUT_FILENO)

    package static let standardError = LineStream(descriptor: STDERR_FILENO) { lost in
        let message = "Nobody read the log in time; \(lost) lines of it are lost."
        return LogrusFormat.text.line(at: Date(), level: .warning, message: message, metadata: [:]) + "\n"
    }

    /// Gives what was written to the standard streams a second to get out.
    package static func flushStandardStreams() {
        let deadline = ContinuousClock.now + .seconds(1)
        for stream in [standardOutput, standardError] { stream.flush(within: max(.zero, deadline - .now)) }
    }
}

private func systemWrite(_ descriptor: CInt, _ start: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, start, count)
}
