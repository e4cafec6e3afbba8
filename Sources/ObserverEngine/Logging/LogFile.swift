import Glibc
import Synchronization
import SystemPackage

/// A log file that is rotated at a size limit and on start. The previous file is kept as `.1`.
package final class LogFile: Sendable {
    package static let limit = 16 * 1024 * 1024

    private struct State {
        /// nil if the file can't be opened; lines are then discarded.
        var file: FileDescriptor?
        var size = 0
    }

    private let path: String
    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: The maximum size in bytes; the last line may exceed it.
    package init(path: String, limit: Int = LogFile.limit) {
        self.path = path
        self.limit = limit
        state.withLock { rotate(&$0) }
    }

    deinit { state.withLock { try? $0.file?.close() } }

    /// - Parameter line: With its newline.
    package func write(_ line: String) {
        state.withLock { state in
            if state.size >= limit { rotate(&state) }
            state.size += line.utf8.count
            _ = try? state.file?.writeAll(line.utf8)
        }
    }

    private func rotate(_ state: inout State) {
        try? state.file?.close()
        _ = rename(path, path + ".1")
        let file = try? FileDescriptor.open(
            FilePath(path), .writeOnly, options: [.create, .append, .closeOnExec], permissions: .ownerReadWrite)
        state = State(file: file)
    }
}
