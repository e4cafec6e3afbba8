import ObserverEngine

/// The first line: repository, branch, what runs there, and the connection.
enum StatusLineView {
    private static let wide = 110

    static func draw(_ state: DashboardState, in line: Rect, into canvas: inout Canvas) {
        let area = line.inset(columns: 1, rows: 0)
        var right = condition(state, into: &canvas)
        let facts = facts(state, into: &canvas)
        // The clock matters more than the word that names the program.
        let clock = area.columns < Self.wide ? 0 : (facts.first?.columns ?? 0) + 3
        let left = left(state, columns: area.columns - clock - (right.isEmpty ? 0 : right.columns + 3))
        for fact in facts {
            let wider = right.isEmpty ? fact : right + .spaces(3) + fact
            if left.columns + 3 + wider.columns <= area.columns { right = wider }
        }
        canvas.writeRight(right, in: area)
        let space = Rect(
            column: area.column, row: area.row, columns: area.columns - (right.isEmpty ? 0 : right.columns + 2),
            rows: area.rows)
        canvas.write(left, in: space)
    }

    /// The running commit matters more than the name.
    private static func left(_ state: DashboardState, columns: Int) -> Text {
        let names = names(state)
        let variants = RunsText(state).variants
        // Shortens the one or the other, so that both remain recognisable.
        let pairs = (0..<names.count + variants.count).flatMap { length in
            (0...length).map { (name: length - $0, runs: $0) }
        }
        for pair in pairs where names.indices.contains(pair.name) && variants.indices.contains(pair.runs) {
            let parts = [names[pair.name], variants[pair.runs]].filter { !$0.isEmpty }
            let text = Text.joined(parts, by: "   ")
            if text.columns <= columns { return text }
        }
        return names.last ?? Text()
    }

    private static func names(_ state: DashboardState) -> [Text] {
        guard let engine = state.shown?.engine else { return [Text()] }
        let name = Text(engine.fullName, .bold) + Text(" › ", .secondary) + Text(engine.branch, .bold)
        let short = Text(engine.repository, .bold) + Text(" › ", .secondary) + Text(engine.branch, .bold)
        return [Text("observer  ", .secondary) + name, name, short, Text(engine.branch, .bold)]
    }

    /// Always shown.
    private static func condition(_ state: DashboardState, into canvas: inout Canvas) -> Text {
        var parts: [Text] = []
        if state.isFrozen {
            let waiting = state.changesSinceFrozen == 0 ? "" : ", \(state.changesSinceFrozen) new"
            parts.append(Text("frozen\(waiting)", .busy.bold))
        }
        if state.caller?.role == .read { parts.append(Text("read only", .secondary)) }
        if let engine = state.shown?.engine, engine.isPaused {
            let rest = engine.pause?.until.map { canvas.stamp(.countdown(to: $0, at: state.now)) }
            parts.append(Text("paused" + (rest.map { ", \($0) left" } ?? ""), .busy.bold))
        }
        let connection = connection(state, into: &canvas)
        return .joined(connection.isEmpty ? parts : parts + [connection], by: "   ")
    }

    /// Not green: a connection does not mean that the apps are healthy.
    private static func connection(_ state: DashboardState, into canvas: inout Canvas) -> Text {
        switch state.connection {
        case .connecting:
            return Text("○ connecting", .busy)
        case .live:
            return state.owner.stopsWithDashboard ? Text() : Text("connected", .secondary)
        case .lost(let since, _, let retryAt):
            let age = canvas.stamp(.age(of: since, at: state.now))
            let next = canvas.stamp(.remaining(until: retryAt, at: state.now))
            return Text("✗ lost \(age) ago, next try \(next == "now" ? "now" : "in \(next)")", .bad)
        }
    }

    /// Shown if there is space, most useful first.
    private static func facts(_ state: DashboardState, into canvas: inout Canvas) -> [Text] {
        var facts = [Text(canvas.stamp(state.timesClock.minute(state.now)), .secondary)]
        if let engine = state.shown?.engine {
            let uptime = canvas.stamp(.uptime(since: engine.startedAt, at: state.now))
            facts.append(Text("up \(uptime)", .secondary))
            facts.append(Text(engine.version, .secondary))
        }
        if case .elsewhere(let address) = state.owner {
            facts.append(Text(address, .secondary).truncatedInTheMiddle(to: 30))
        }
        return facts
    }
}

/// The running commit, and the state of a newer one.
struct RunsText {
    /// From the longest to the shortest.
    let variants: [Text]

    init(_ state: DashboardState) {
        guard let mirror = state.shown else {
            variants = [Text()]
            return
        }
        let version = RunningVersion(mirror)
        let newer = Self.newer(version, mirror)
        guard let running = version.commit else {
            let sentence =
                switch version.source {
                case .target: "nothing runs"
                case .earlierReport: "nothing ran when last seen"
                case .deployments: Self.isCertain(mirror) ? "nothing deployed yet" : "not known yet"
                }
            variants = [Text(sentence, .secondary), Text()].map { .joined([$0, newer].compactMap { $0 }, by: "   ") }
            return
        }
        let commit = Text(running.id.shortCommit, .bold)
        let begin = Text(Self.verb(version.source), .secondary) + commit
        let date = version.source == .earlierReport ? mirror.apps?.readAt : version.since
        let since = date.map { date in
            let time = state.timesClock.short(date, today: state.shownTime)
            let word =
                switch version.source {
                case .target: "since"
                case .earlierReport: "at"
                case .deployments: "·"
                }
            return Text(" \(word) \(time)", .secondary)
        }
        let health = mirror.apps.flatMap(AppsHealth.init)?.text
        let dot = Text(" · ", .secondary)
        let texts = [
            begin + (since ?? Text()) + (health.map { dot + $0 } ?? Text()), begin + (since ?? Text()), begin, commit,
        ]
        variants = texts.map { .joined([$0, newer].compactMap { $0 }, by: "   ") } + [newer ?? commit]
    }

    /// Whether a missing deployment means that there was none: after the disk was lost, only the target knows it.
    private static func isCertain(_ mirror: EngineMirror) -> Bool {
        switch mirror.engine.decisions {
        case .pending, .unavailable: false
        case .saved, .unsaved, .local: mirror.apps?.isSupported == false
        }
    }

    /// States no more than is known.
    private static func verb(_ source: RunningVersion.Source) -> String {
        switch source {
        case .target: "runs "
        case .earlierReport: "last seen "
        case .deployments: "deployed "
        }
    }

    private static func newer(_ version: RunningVersion, _ mirror: EngineMirror) -> Text? {
        if let row = version.newer {
            let mark = StageMark(row)
            return Text("\(mark.sign) \(row.commit.shortCommit) \(mark.word)", Style(ink: mark.ink).bold)
        }
        return mirror.engine.heldAt == nil ? nil : Text("held", .busy.bold)
    }
}

/// How many tasks are healthy, and how many apps differ from their specs, as the target reports them now; or the verdict
/// of a health command.
struct AppsHealth {
    let text: Text

    /// - Returns: nil if it is not known, or nothing runs.
    init?(_ report: AppsReport) {
        if let check = report.check, report.problem == nil {
            text = check.isHealthy ? Text("healthy", .good) : Text("unhealthy", .bad)
        } else if let health = report.health {
            let drifted = report.drifted.count
            text =
                Text("\(health.healthy)/\(health.wanted) healthy", health.healthy < health.wanted ? .busy : .good)
                + (drifted == 0 ? Text() : Text(", \(drifted) drifted", .busy))
        } else {
            return nil
        }
    }
}
