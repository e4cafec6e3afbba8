import ObserverEngine

extension FuzzTarget {
    /// The events are the same, whatever the pieces in which the stream comes. The first byte is the size of the pieces.
    static let events = FuzzTarget(name: "events") { input in
        let stream = input.dropFirst()
        let size = Int(input.first ?? 0) + 1
        var pieces: [ArraySlice<UInt8>] = []
        var rest = stream
        while !rest.isEmpty {
            pieces.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        precondition(events(in: [stream]) == events(in: pieces), "pieces of \(size) bytes make other events")
    }

    /// nil where a line or an event is too long.
    private static func events(in pieces: [ArraySlice<UInt8>]) -> [ServerSentEvent]? {
        var parser = ServerSentEventParser(limit: 1024)
        return try? pieces.flatMap { try parser.consume($0) }
    }
}
