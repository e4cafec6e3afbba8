/// Which logs of deployments we have asked the engine for.
struct LogRequests: Equatable, Sendable {
    enum State: Equatable, Sendable {
        case asked
        case loaded
        case failed(String)
    }

    private(set) var states: [Int64: State] = [:]

    subscript(id: Int64) -> State? {
        get { states[id] }
        set { states[id] = newValue }
    }
}
