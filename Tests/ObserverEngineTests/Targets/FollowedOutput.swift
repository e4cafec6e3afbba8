import ObserverEngine

/// Reads the output of an app that is followed.
struct FollowedOutput {
    private var events: EventStream<OutputEvent>.Iterator
    /// The lines that were not asked for yet, with the instance that printed them.
    private var lines: ArraySlice<(output: AppOutput, line: String)> = []

    init(of app: String, lines: Int, through client: ControlClient) async throws {
        events = try await client.follow(app, lines: lines).makeAsyncIterator()
    }

    /// The next line and its instance; nil at the end.
    mutating func next() async throws -> (output: AppOutput, line: String)? {
        while lines.isEmpty {
            guard case .output(let output) = try await event() else { return nil }
            lines += output.lines.map { (output, $0) }
        }
        return lines.removeFirst()
    }

    mutating func event() async throws -> OutputEvent? { try await events.next()?.event }
}
