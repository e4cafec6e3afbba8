import Glibc
import Synchronization

/// A log in a file that is begun anew where it gets too long; the part before is kept beside it, with `.1` behind its name.
package final class LogFile: Sendable {
    package static let limit = 16 * 1024 * 1024

    private struct State {
        /// -1 where it can't be opened: a log that can't be written stops nobody.
        var descriptor: CInt = -1
        var size = 0
    }

    private let path: String
    private let limit: Int
    private let state = Mutex(State())

    /// What is there already is kept beside it.
    /// - Parameter limit: How many bytes it may have at the most, but for its last line.
    package init(path: String, limit: Int = LogFile.limit) {
        self.path = path
        self.limit = limit
        state.withLock { begin(&$0) }
    }

    deinit { state.withLock { _ = close($0.descriptor) } }

    /// - Parameter line: With its newline.
    package func write(_ line: String) {
        state.withLock { state in
            if state.size >= limit { begin(&state) }
            state.size += line.utf8.count
            var line = line
            line.withUTF8 { bytes in
                var rest = UnsafeRawBufferPointer(bytes)
                while let start = rest.baseAddress, !rest.isEmpty {
                    let count = systemWrite(state.descriptor, start, rest.count)
                    guard count > 0 || errno == EINTR else { return }
                    rest = UnsafeRawBufferPointer(rebasing: rest[max(0, count)...])
                }
            }
        }
    }

    private func begin(_ state: inout State) {
        close(state.descriptor)
        _ = rename(path, path + ".1")
        state = State(descriptor: open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600))
    }
}

private func systemWrite(_ descriptor: CInt, _ start: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, start, count)
}
