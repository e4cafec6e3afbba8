import ObserverEngine

/// Reads logs over the control API, each line once and in order.
struct LogReading {
    /// The observer ended while its log was read.
    struct Lost: Error, CustomStringConvertible {
        let description = "The observer has gone away."
    }

    let client: ControlClient
    let write: (LogLine) throws -> Void

    func engine() async throws {
        for line in try await client.log() { try write(line) }
    }

    func followEngine() async throws {
        try await forEachEvent { event in
            switch event {
            case .snapshot(let snapshot):
                for line in snapshot.log { try write(line) }
            case .log(let line) where line.deployment == nil:
                try write(line)
            case .engine, .hook, .delivery, .deployment, .log:
                break
            }
            return true
        }
    }

    /// What is there after a line.
    /// - Returns: The last line's number.
    func deployment(_ id: Int64, after last: Int64) async throws -> Int64 {
        var last = last
        while true {
            let lines = try await client.log(of: id, after: last)
            guard let newest = lines.last else { return last }
            for line in lines { try write(line) }
            last = newest.sequence
        }
    }

    /// Until the deployment has ended.
    func follow(_ id: Int64) async throws {
        var last: Int64 = 0
        try await forEachEvent { event in
            switch event {
            case .snapshot:
                // The stream stands, so nothing is missed between what is there now and what comes.
                let isOver = try await client.deployment(id).summary.stage.isFinal
                last = try await deployment(id, after: last)
                return !isOver
            case .log(let line) where line.deployment == id && line.sequence > last:
                try write(line)
                last = line.sequence
            case .deployment(let summary) where summary.id == id && summary.stage.isFinal:
                last = try await deployment(id, after: last)
                return false
            case .engine, .hook, .delivery, .deployment, .log:
                break
            }
            return true
        }
    }

    /// - Parameter body: Whether it wants more.
    private func forEachEvent(_ body: (ControlEvent) async throws -> Bool) async throws {
        var events = try await client.events().makeAsyncIterator()
        while true {
            let event: ControlEvent?
            do {
                event = try await events.next()?.event
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                throw Lost()
            }
            guard let event else { throw Lost() }
            guard try await body(event) else { return }
        }
    }
}
