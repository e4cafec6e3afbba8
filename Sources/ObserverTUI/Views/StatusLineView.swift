import ObserverEngine

/// The first line: repository, branch, what runs there, and the connection.
enum StatusLineView {
    private static let wide = 110

    static func draw(_ state: DashboardState, in line: Rect, into canvas: inout Canvas) {
        let area = line.inset(columns: 1, rows: 0)
        let facts = facts(state, into: &canvas)
        // The clock matters more than the word that names the program.
        let clock = area.columns < Self.wide ? 0 : (facts.first?.columns ?? 0) + 3
        let conditions = conditions(state, into: &canvas)
        let candidates = LeftText(state)
        let space = { (right: Text) in area.columns - clock - (right.isEmpty ? 0 : right.columns + 3) }
        var (left, right) =
            conditions.lazy.compactMap { right in candidates.dated(within: space(right)).map { ($0, right) } }.first
            ?? (candidates.undated(within: space(conditions[0])), conditions[0])
        for fact in facts {
            let wider = right.isEmpty ? fact : right + .spaces(3) + fact
            if left.columns + 3 + wider.columns <= area.columns { right = wider }
        }
        canvas.writeRight(right, in: area)
        left = left.truncated(to: area.columns - (right.isEmpty ? 0 : right.columns + 2))
        canvas.write(left, in: area)
    }

    /// From the longest to the shortest; one of them is always shown.
    private static func conditions(_ state: DashboardState, into canvas: inout Canvas) -> [Text] {
        var marks: [Text] = []
        if state.isFrozen {
            let waiting = state.changesSinceFrozen == 0 ? "" : ", \(state.changesSinceFrozen) new"
            marks.append(Text("frozen\(waiting)", .busy.bold))
        }
        if state.caller?.role == .read { marks.append(Text("read only", .secondary)) }
        let pause = state.shown?.engine.isPaused == true ? Text("paused", .busy.bold) : Text()
        let rest = state.shown?.engine.pause?.until.map { canvas.stamp(.countdown(to: $0, at: state.now)) }
        let countdown = pause.isEmpty ? nil : rest.map { Text(", \($0) left", .busy.bold) }
        let connection = connection(state, into: &canvas)
        let join = { (parts: [Text]) in Text.joined(parts.filter { !$0.isEmpty }, by: "   ") }
        let whole = join(marks + [pause + (countdown ?? Text()), connection])
        // Each other mark implies that it is connected.
        guard case .live = state.connection, !(marks.isEmpty && pause.isEmpty) else { return [whole] }
        return [whole, join(marks + [pause + (countdown ?? Text())]), join(marks + [pause])]
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

/// The repository, the branch and what runs there. The running commit, and since when it runs, matter more than the name.
private struct LeftText {
    private let names: [Text]
    private let runs: RunsText
    /// Shortens the one or the other, so that both remain recognisable.
    private let pairs: [(name: Int, runs: Int)]

    init(_ state: DashboardState) {
        let (names, runs) = (Self.names(state), RunsText(state))
        pairs = (0..<names.count + runs.variants.count).flatMap { length in
            (0...length).map { (name: length - $0, runs: $0) }
        }
        .filter { names.indices.contains($0.name) && runs.variants.indices.contains($0.runs) }
        (self.names, self.runs) = (names, runs)
    }

    /// The longest that fits and shows since when the commit runs.
    func dated(within columns: Int) -> Text? {
        first(of: pairs.filter { $0.runs < runs.dated }, within: columns)
    }

    func undated(within columns: Int) -> Text {
        first(of: pairs.filter { $0.runs >= runs.dated }, within: columns) ?? names.last ?? Text()
    }

    private func first(of pairs: [(name: Int, runs: Int)], within columns: Int) -> Text? {
        pairs.lazy.map { Text.joined([names[$0.name], runs.variants[$0.runs]].filter { !$0.isEmpty }, by: "   ") }
            .first { $0.columns <= columns }
    }

    private static func names(_ state: DashboardState) -> [Text] {
        guard let engine = state.shown?.engine else { return [Text()] }
        let name = Text(engine.fullName, .bold) + Text(" › ", .secondary) + Text(engine.branch, .bold)
        let short = Text(engine.repository, .bold) + Text(" › ", .secondary) + Text(engine.branch, .bold)
        return [Text("observer  ", .secondary) + name, name, short, Text(engine.branch, .bold)]
    }
}

/// The running commit, and the state of a newer one; while a deployment changes the target, both commits.
struct RunsText {
    /// From the longest to the shortest.
    let variants: [Text]
    /// How many of them, from the longest, show since when it runs, or how many tasks are healthy.
    private(set) var dated = 0

    init(_ state: DashboardState) {
        guard let mirror = state.shown else {
            variants = [Text()]
            return
        }
        let version = RunningVersion(mirror)
        let health = mirror.currentApps.flatMap(AppsHealth.init)
        if let change = version.change {
            variants = Self.variants(of: change, health)
            dated = variants.count - (health == nil ? 1 : 2)
            return
        }
        let newer = Self.newer(version, mirror)
        guard let running = version.commit else {
            let sentence =
                switch version.source {
                case .target: mirror.apps?.runsUnknown == true ? "runs an unknown commit" : "nothing runs"
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
        let dot = Text(" · ", .secondary)
        let start = begin + (since ?? Text())
        let texts = [start + (health.map { dot + $0.text } ?? Text()), start, begin, commit]
        variants = texts.map { .joined([$0, newer].compactMap { $0 }, by: "   ") } + [newer ?? commit]
        if since != nil { dated = 2 }
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
        if let row = version.newer { return text(of: row) }
        return mirror.engine.heldAt == nil ? nil : Text("held", .busy.bold)
    }

    private static func text(of row: DeploymentSummary) -> Text {
        let mark = StageMark(row)
        return Text("\(mark.sign) \(row.commit.shortCommit) \(mark.word)", Style(ink: mark.ink).bold)
    }

    /// "▸ 77e0f12 → a1b2c3d deploying · 3/5 healthy": of an app that is changed, only tasks of its new version are counted.
    private static func variants(of change: VersionChange, _ health: AppsHealth?) -> [Text] {
        let row = change.deployment
        let short = text(of: row)
        var commits: Text?
        if let from = change.from, let to = change.to {
            let mark = StageMark(row)
            let style = Style(ink: mark.ink).bold
            commits =
                Text("\(mark.sign) ", style) + Text("\(from.shortCommit) → ", .secondary)
                + Text("\(to.shortCommit) \(mark.word)", style)
        }
        let begin = commits ?? short
        let dot = Text(" · ", .secondary)
        let healthy = health.map { [begin + dot + $0.text, begin + dot + $0.tasks] } ?? []
        return healthy + [begin, short]
    }
}

/// How many tasks are healthy, and how many apps differ from their specs, as the target reports them now; or the verdict
/// of a health command.
struct AppsHealth {
    let text: Text
    /// Without the apps that differ.
    let tasks: Text

    /// - Returns: nil if it is not known, or nothing runs.
    init?(_ report: AppsReport) {
        if let check = report.check, report.problem == nil {
            tasks = check.isHealthy ? Text("healthy", .good) : Text("unhealthy", .bad)
            text = tasks
        } else if let health = report.health {
            let drifted = report.drifted.count
            tasks = Text(
                "\(health.healthy)/\(health.wanted) healthy", health.healthy < health.wanted ? .busy : .good)
            text = tasks + (drifted == 0 ? Text() : Text(", \(drifted) drifted", .busy))
        } else {
            return nil
        }
    }
}
