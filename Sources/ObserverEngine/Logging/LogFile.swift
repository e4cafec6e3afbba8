import Glibc
import Synchronization
import SystemPackage

/// A log file that is rotated at a size limit and on start. The previous file is kept as `.1`.
package final class LogFile: Sendable {
    package static let limit = 16 * 1024 * 1024

    private let lines: LineStream

    /// - Parameter limit: The maximum size in bytes; the last line may exceed it.
    package init(path: String, limit: Int = LogFile.limit) {
        let file = RotatingFile(path: path, limit: limit)
        lines = LineStream(dropNotice: { LineStream.dropNotice($0, cause: "the disk is too slow") }, put: file.write)
    }

    /// - Parameter line: With its newline.
    package func write(_ line: String) { lines.write(line) }

    /// Waits for all lines so far to be written.
    /// - Returns: Whether that succeeded within the limit.
    @discardableResult
    package func flush(within limit: Duration) async -> Bool { await lines.flush(within: limit) }
}

/// The file itself; writing blocks.
private final class RotatingFile: Sendable {
    private struct State {
        /// nil if the file can't be opened; lines are then discarded.
        var file: FileDescriptor?
        var size = 0
    }

    private let path: String
    private let limit: Int
    private let state = Mutex(State())

    init(path: String, limit: Int) {
        self.path = path
        self.limit = limit
        state.withLock { rotate(&$0) }
    }

    deinit { state.withLock { try? $0.file?.close() } }

    func write(_ line: String) {
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
