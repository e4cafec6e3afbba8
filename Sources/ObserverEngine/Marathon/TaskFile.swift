/// A file in the sandbox of a task, read from its end on.
struct TaskFile: Sendable {
    /// Read of the end, in bytes.
    private static let tail = 256 * 1024
    /// An agent returns at most 16 pages at a time.
    private static let part = 64 * 1024

    private let agent: MesosAgent
    private let path: String
    /// The number of bytes that were read or skipped.
    private var position = 0
    private var splitter = LineSplitter()

    init(agent: MesosAgent, path: String) {
        self.agent = agent
        self.path = path
    }

    /// The last whole lines. The next part begins after them.
    /// - Throws: `MesosAgent.Unreadable`, `CancellationError`
    mutating func last(_ limit: Int, until deadline: ContinuousClock.Instant) async throws -> [String] {
        let size = try await agent.size(of: path, until: deadline)
        let start = max(0, size - Self.tail)
        position = start
        var lines: [String] = []
        while position < size { lines += try await read(to: size, until: deadline) }
        // The first line is rarely whole.
        return (start > 0 ? lines.dropFirst() : lines[...]).suffix(limit)
    }

    /// The line at the end that is not finished yet.
    mutating func unfinished() -> String? { splitter.finish() }

    /// The lines of the next part; nil at the end of the file.
    mutating func next(until deadline: ContinuousClock.Instant) async throws -> [String]? {
        let size = try await agent.size(of: path, until: deadline)
        if size < position {
            // It was rotated.
            position = 0
            splitter = LineSplitter()
        }
        return size > position ? try await read(to: size, until: deadline) : nil
    }

    private mutating func read(to size: Int, until deadline: ContinuousClock.Instant) async throws -> [String] {
        let length = min(size - position, Self.part)
        let bytes = try await agent.read(path, offset: position, length: length, until: deadline)
        // Invalid UTF-8 is replaced on the way, so the bytes of the answer do not count.
        position += length
        return splitter.consume(bytes)
    }
}
