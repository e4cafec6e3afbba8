/// The output of the tasks of an app: `stdout` and `stderr` of each, read from the Mesos agents on which they run.
struct TaskOutput: Sendable {
    /// Tasks that are read of one app.
    private static let taskLimit = 100
    /// The time between two reads of a file. The list of tasks is read less often.
    private static let interval = Duration.seconds(1)
    private static let roundsPerList = 3
    private static let timeout = Duration.seconds(5)

    /// A name as in `observer apps`, or an id.
    let app: String
    let agent: @Sendable (_ host: String) -> MesosAgent
    let client: @Sendable (ContinuousClock.Instant) async throws -> MarathonClient

    /// The end of each file.
    func last(_ lines: Int, until deadline: ContinuousClock.Instant) async throws -> [AppOutput] {
        var outputs: [AppOutput] = []
        for source in try await sources(until: deadline) {
            do {
                var file = try await open(source, until: deadline)
                let found = try await file.last(lines, until: deadline)
                outputs.append(source.output((found + [file.unfinished()].compactMap(\.self)).suffix(lines)))
            } catch let error as MesosAgent.Unreadable {
                outputs.append(source.output([], problem: error.description))
            }
        }
        return outputs
    }

    /// Follows the files of every task, and those of tasks that replace them, until there has been none for a while.
    func follow(after lines: Int, _ write: OutputWriter) async throws {
        var sources = try await sources(until: .now + Self.timeout)
        var readings = Dictionary(uniqueKeysWithValues: sources.map { ($0, Reading(lines: lines)) })
        var absence = InstanceAbsence()
        var round = 0
        while !absence.isOver(hasInstance: !sources.isEmpty, at: .now) {
            for source in sources where source.host != nil {
                try await advance(&readings[source, default: Reading(lines: nil)], of: source, write)
            }
            try await Task.sleep(for: Self.interval)
            round += 1
            guard round.isMultiple(of: Self.roundsPerList) else { continue }
            let before = sources
            do {
                sources = try await self.sources(until: .now + Self.timeout)
            } catch let error as MarathonError where error.isTransient {
                // The agents may still answer.
                continue
            }
            // A task that has ended may have printed more; one that was on no agent has not.
            for source in before where !sources.contains(source) {
                guard var reading = readings.removeValue(forKey: source), source.host != nil else { continue }
                try await advance(&reading, of: source, write)
            }
        }
    }

    // MARK: - Reading

    private struct Source: Hashable {
        let task: String
        let stream: String
        /// nil before the task runs on an agent.
        let host: String?

        func output(_ lines: [String], problem: String? = nil) -> AppOutput {
            AppOutput(instance: task, stream: stream, lines: lines, problem: problem)
        }
    }

    private struct Reading {
        /// The lines to begin with; nil for all lines of a task that started later.
        let lines: Int?
        /// nil until it could be opened.
        var file: TaskFile?
        var problem: String?
    }

    /// Writes what is new. A problem is written once, and reading is retried in the next round.
    private func advance(_ reading: inout Reading, of source: Source, _ write: OutputWriter) async throws {
        do {
            var file: TaskFile
            if let known = reading.file {
                file = known
            } else {
                let deadline = ContinuousClock.now + Self.timeout
                file = try await open(source, until: deadline)
                if let lines = reading.lines {
                    let last = try await file.last(lines, until: deadline)
                    await write(source.output(last))
                }
            }
            reading.file = file
            while let lines = try await file.next(until: .now + Self.timeout) {
                reading.file = file
                if !lines.isEmpty { await write(source.output(lines)) }
            }
            reading.file = file
            reading.problem = nil
        } catch let error as MesosAgent.Unreadable {
            if reading.problem != error.description { await write(source.output([], problem: error.description)) }
            reading.problem = error.description
        }
    }

    private func open(_ source: Source, until deadline: ContinuousClock.Instant) async throws -> TaskFile {
        guard let host = source.host else { throw MesosAgent.Unreadable(description: "It is not on an agent yet.") }
        return try await agent(host).file(source.stream, of: source.task, until: deadline)
    }

    private func sources(until deadline: ContinuousClock.Instant) async throws -> [Source] {
        let found = try await client(deadline).app(MarathonPath.absolute(app, in: "/"))
        return (found?.tasks ?? []).prefix(Self.taskLimit).flatMap { task in
            ["stdout", "stderr"].map { Source(task: task.id, stream: $0, host: task.host) }
        }
    }
}
