import Glibc
import Synchronization
import SystemPackage

/// A log file that continues at each start and is rotated at a size limit. The previous file is kept as `.1`. If someone else
/// moves or deletes the file, a new one is started.
package final class LogFile: Sendable {
    package static let limit = 16 * 1024 * 1024

    private let file: RotatingFile
    private let lines: LineStream

    /// - Parameter limit: The maximum size in bytes; the last line may exceed it.
    package init(path: String, limit: Int = LogFile.limit) {
        file = RotatingFile(path: path, limit: limit)
        lines = LineStream(dropNotice: { LineStream.dropNotice($0, cause: "the disk is too slow") }) {
            [file] lines in
            for line in lines { file.write(line) }
        }
    }

    /// Why lines are discarded; nil if they are written.
    package var problem: String? { file.problem }

    /// - Parameter line: With its newline.
    package func write(_ line: String) { lines.write(line) }

    /// Waits for all lines so far to be written.
    /// - Returns: Whether that succeeded within the limit.
    @discardableResult
    package func flush(within limit: Duration) async -> Bool { await lines.flush(within: limit) }
}

/// The file itself; writing blocks.
private final class RotatingFile: Sendable {
    /// Between two attempts to open the file.
    private static let retryPause = Duration.seconds(10)
    /// Between two checks that the file still has its name.
    private static let checkPause = Duration.seconds(1)

    private struct State {
        /// nil if the file can't be opened; lines are then discarded.
        var file: FileDescriptor?
        var size = 0
        var problem: Errno?
        var triedAt = ContinuousClock.now
        var identity: FileStamp.Identity?
        var checkedAt = ContinuousClock.now
    }

    private let path: String
    private let limit: Int
    private let state: Mutex<State>

    init(path: String, limit: Int) {
        self.path = path
        self.limit = limit
        state = Mutex(Self.open(path))
    }

    deinit { state.withLock { try? $0.file?.close() } }

    var problem: String? { state.withLock { $0.problem.map { "\($0)".lowercased() } } }

    func write(_ line: String) {
        state.withLock { state in
            if state.file == nil, .now - state.triedAt >= Self.retryPause { state = Self.open(path) }
            if state.file != nil, .now - state.checkedAt >= Self.checkPause { reopenIfMoved(&state) }
            if state.size >= limit { rotate(&state) }
            guard let file = state.file else { return }
            do {
                state.size += try file.writeAll(line.utf8)
            } catch {
                // Lines that a full disk discards must not count, or rotations would replace the log with empty files. A
                // part of this one may have been written.
                state.size = Self.size(of: file)
            }
        }
    }

    private func reopenIfMoved(_ state: inout State) {
        state.checkedAt = .now
        guard FileStamp(path: path)?.identity != state.identity else { return }
        try? state.file?.close()
        state = Self.open(path)
    }

    private func rotate(_ state: inout State) {
        try? state.file?.close()
        _ = rename(path, path + ".1")
        state = Self.open(path)
    }

    private static func open(_ path: String) -> State {
        do {
            let file = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .append, .closeOnExec], permissions: .ownerReadWrite)
            return State(file: file, size: size(of: file), identity: FileStamp(path: path)?.identity)
        } catch {
            return State(problem: error as? Errno ?? .ioError)
        }
    }

    private static func size(of file: FileDescriptor) -> Int { Int((try? file.seek(offset: 0, from: .end)) ?? 0) }
}
