import ObserverEngine

/// The connection to the observer ended while its events were read.
struct ConnectionLost: Error, CustomStringConvertible {
    /// The event: a sentence.
    private let sentence: String
    /// Whether the observer ended the stream, as it does when it stops or no longer accepts the token.
    let wasClosed: Bool
    /// The next step: a sentence.
    private var remedy = "See 'observer status', then run this command again."

    /// - Parameter error: nil if the observer ended the stream.
    init(to address: String, because error: (any Error)?) {
        wasClosed = error == nil
        sentence =
            switch error {
            case let failure as ControlClient.Failure: failure.description
            case is DecodingError: "The observer at \(address) runs an incompatible version."
            case _: "Lost the connection to the observer at \(address): it closed the connection."
            }
    }

    var description: String { "\(sentence) \(remedy)" }

    /// The connection was lost while a deployment was followed.
    func following(_ deployment: Int64) -> ConnectionLost {
        var lost = self
        lost.remedy = "Deployment \(deployment) may continue: follow it with 'observer logs \(deployment) -f'."
        return lost
    }
}

extension ControlClient {
    /// Calls the body with a snapshot, then with every change.
    /// - Parameter body: Returns whether it wants more events.
    /// - Throws: `ConnectionLost`, `ControlClient.Failure`
    func forEachEvent(_ body: (ControlEvent) async throws -> Bool) async throws {
        do {
            try await events().forEach(body)
        } catch let lost as ConnectionLost where lost.wasClosed {
            throw await cause(of: lost)
        }
    }

    /// An observer ends the streams of a token that it no longer accepts without a reason. Its next response has one.
    private func cause(of lost: ConnectionLost) async -> any Error {
        do {
            _ = try await whoami()
        } catch let failure as Failure where failure.status == 401 {
            return failure
        } catch {}
        return lost
    }
}

extension EventStream {
    /// - Parameter body: Returns whether it wants more events.
    /// - Throws: `ConnectionLost`
    fileprivate func forEach(_ body: (Event) async throws -> Bool) async throws {
        var events = makeAsyncIterator()
        while true {
            let event: Event?
            do {
                event = try await events.next()?.event
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // A cancelled read ends with an error of the HTTP client.
                throw Task.isCancelled ? CancellationError() : ConnectionLost(to: address, because: error)
            }
            guard let event else {
                throw Task.isCancelled ? CancellationError() : ConnectionLost(to: address, because: nil)
            }
            guard try await body(event) else { return }
        }
    }
}

extension ControlClient {
    /// Calls the body with the output of an app until no instance of it runs any more.
    /// - Throws: `ConnectionLost`, `ControlClient.Failure`
    func forEachOutput(of app: String, lines: Int, _ body: (AppOutput) throws -> Void) async throws {
        do {
            try await follow(app, lines: lines).forEach { event in
                switch event {
                case .output(let output):
                    try body(output)
                    return true
                case .end(let problem):
                    if let problem { throw Failure(status: 503, description: problem) }
                    return false
                }
            }
        } catch let lost as ConnectionLost where lost.wasClosed {
            throw await cause(of: lost)
        }
    }
}

/// Reads logs through the control API, each line once and in order.
struct LogReader: Sendable {
    let client: ControlClient
    let write: @Sendable (LogLine) throws -> Void

    func engine() async throws {
        for line in try await client.log() { try write(line) }
    }

    func followEngine() async throws {
        var last: Int64 = 0
        try await client.forEachEvent { event in
            switch event {
            case .snapshot(let snapshot):
                // A later snapshot repeats lines.
                for line in snapshot.log where line.sequence > last {
                    try write(line)
                    last = line.sequence
                }
            case .log(let line) where line.deployment == nil && line.sequence > last:
                try write(line)
                last = line.sequence
            case .engine, .hook, .apps, .delivery, .deployment, .log, .audit:
                break
            }
            return true
        }
    }

    /// Writes the stored lines after the given one.
    /// - Returns: The number of the last line.
    func deployment(_ id: Int64, after last: Int64) async throws -> Int64 {
        var last = last
        while true {
            let lines = try await client.log(of: id, after: last)
            guard let newest = lines.last else { return last }
            for line in lines { try write(line) }
            last = newest.sequence
        }
    }

    /// Writes the lines of a deployment until it has ended.
    /// - Returns: The ended deployment.
    func follow(_ id: Int64) async throws -> DeploymentSummary {
        do {
            return try await end(of: id)
        } catch let lost as ConnectionLost {
            throw lost.following(id)
        }
    }

    private func end(of id: Int64) async throws -> DeploymentSummary {
        var last: Int64 = 0
        var ended: DeploymentSummary?
        try await client.forEachEvent { event in
            switch event {
            case .snapshot:
                // The stream is open by now, so no line is missed between the stored lines and the new ones.
                let summary = try await client.deployment(id).summary
                last = try await deployment(id, after: last)
                ended = summary.stage.isFinal ? summary : nil
            case .log(let line) where line.deployment == id && line.sequence > last:
                try write(line)
                last = line.sequence
            case .deployment(let summary) where summary.id == id && summary.stage.isFinal:
                last = try await deployment(id, after: last)
                ended = summary
            case .engine, .hook, .apps, .delivery, .deployment, .log, .audit:
                break
            }
            return ended == nil
        }
        guard let ended else { throw ConnectionLost(to: client.address, because: nil) }
        return ended
    }
}
