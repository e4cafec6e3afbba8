/// How many connections a server accepts. Further ones wait in the backlog.
struct ConnectionLimits: Equatable {
    private static let most = 512
    private static let least = 32
    /// Files for the database, GitHub, Marathon and the log.
    private static let reserve = 128

    /// Connections cost memory.
    let all: Int
    /// The rest is reserved for connections with a request in progress, so that idle ones can always be evicted.
    let idle: Int

    /// - Parameter openFiles: How many files and connections the process may have open: idle connections must leave enough.
    init(openFiles: Int) {
        all = min(max(openFiles - Self.reserve, Self.least), Self.most)
        idle = all * 3 / 4
    }

    /// Whether the process may have too few files open for all connections.
    var isReduced: Bool { all < Self.most }
}
