import ObserverEngine

/// The first line: repository, branch, what runs there, and the connection.
enum StatusLineView {
    /// From here on, the clock matters more than the word that names the program.
    private static let wide = 110

    static func draw(_ state: DashboardState, in line: Rect, into canvas: inout Canvas) {
        let area = line.inset(columns: 1, rows: 0)
        let texts = StatusTexts(
            name: NameText(state, columns: area.columns), runs: RunsText(state),
            conditions: ConditionsText(state, into: &canvas))
        let (left, right) = texts.longest(of: StatusPart.ranked(isWide: area.columns >= wide), within: area.columns)
        canvas.writeRight(right, in: area)
        canvas.write(left.truncated(to: area.columns - (right.isEmpty ? 0 : right.columns + 2)), in: area)
    }
}

/// A part of the first line, from the most important. Where space is short, the others are left out.
private enum StatusPart: CaseIterable {
    /// The running commit; while a deployment changes the target, the next one.
    case commit
    /// Whether the commit was only seen earlier, or deployed; or the commit before the next one.
    case source
    /// The sign and the commit of a newer or a running deployment; its state.
    case newer, verb
    /// That deployments are paused, or that the branch is on hold.
    case pause
    case branch
    /// Since when the connection has been lost; when it is retried.
    case outage, retry
    /// That the token only reads.
    case access
    case since
    /// The word "runs".
    case runs
    /// How long a pause lasts.
    case countdown
    case health, connection, repository, owner, drift, product, clock, uptime, version, address

    static func ranked(isWide: Bool) -> [StatusPart] {
        guard isWide else { return allCases }
        return allCases.flatMap { part -> [StatusPart] in
            switch part {
            case .product: [.clock, .product]
            case .clock: []
            default: [part]
            }
        }
    }
}

/// Both sides of the first line.
private struct StatusTexts {
    let name: NameText
    let runs: RunsText
    let conditions: ConditionsText

    /// Adds one part after the other as far as there is space.
    func longest(of parts: [StatusPart], within columns: Int) -> (left: Text, right: Text) {
        var shown: Set<StatusPart> = []
        for part in parts {
            let (left, right) = sides(shown.union([part]))
            let gap = left.isEmpty || right.isEmpty ? 0 : 3
            if left.columns + gap + right.columns <= columns { shown.insert(part) }
        }
        return sides(shown)
    }

    private func sides(_ parts: Set<StatusPart>) -> (left: Text, right: Text) {
        let left = [name.text(with: parts), runs.text(with: parts)].filter { !$0.isEmpty }
        return (Text.joined(left, by: "   "), conditions.text(with: parts))
    }
}

/// Which branch of which repository it is.
private struct NameText {
    private let engine: EngineState?
    private let columns: Int

    init(_ state: DashboardState, columns: Int) {
        engine = state.shown?.engine
        self.columns = columns
    }

    func text(with parts: Set<StatusPart>) -> Text {
        guard let engine, parts.contains(.branch) else { return Text() }
        let branch = Text(engine.branch, .bold).truncatedInTheMiddle(to: max(12, columns / 3))
        guard parts.contains(.repository) else { return branch }
        let isWhole = parts.contains(.owner)
        let name = Text(isWhole ? engine.fullName : engine.repository, .bold) + Text(" › ", .secondary) + branch
        return isWhole && parts.contains(.product) ? Text("observer  ", .secondary) + name : name
    }
}

/// Whether the display is live, whether deployments are paused or the branch is on hold, and facts about the observer.
private struct ConditionsText {
    /// Shown in any case: without it, the display would look live.
    private var warning = Text()
    /// In the order in which they are shown.
    private var rest: [(part: StatusPart, text: Text)] = []

    init(_ state: DashboardState, into canvas: inout Canvas) {
        if state.isFrozen {
            let waiting = state.changesSinceFrozen == 0 ? "" : ", \(state.changesSinceFrozen) new"
            warning = Text("frozen\(waiting)", .busy.bold)
        }
        if state.caller?.role == .read { rest.append((.access, Text("read only", .secondary))) }
        if let engine = state.shown?.engine, engine.isPaused {
            rest.append((.pause, Text("paused", .busy.bold)))
            if let end = engine.pause?.until {
                let left = canvas.stamp(.countdown(to: end, at: state.now))
                rest.append((.countdown, Text(", \(left) left", .busy.bold)))
            }
        } else if state.shown?.engine.heldAt != nil {
            rest.append((.pause, Text("held", .busy.bold)))
        }
        addConnection(state, into: &canvas)
        rest.append((.clock, Text(canvas.stamp(state.timesClock.minute(state.now)), .secondary)))
        if let engine = state.shown?.engine {
            let uptime = canvas.stamp(.uptime(since: engine.startedAt, at: state.now))
            rest.append((.uptime, Text("up \(uptime)", .secondary)))
            rest.append((.version, Text(engine.version, .secondary)))
        }
        if case .elsewhere(let address) = state.owner {
            rest.append((.address, Text(address, .secondary).truncatedInTheMiddle(to: 30)))
        }
    }

    private mutating func addConnection(_ state: DashboardState, into canvas: inout Canvas) {
        switch state.connection {
        case .connecting:
            warn(Text("○ connecting", .busy))
        case .live:
            // Not green: a connection does not mean that the apps are healthy.
            if !state.owner.stopsWithDashboard { rest.append((.connection, Text("connected", .secondary))) }
        case .lost(let since, _, let retryAt):
            let age = canvas.stamp(.age(of: since, at: state.now))
            let next = canvas.stamp(.remaining(until: retryAt, at: state.now))
            warn(Text("✗ lost", .bad))
            rest.insert((.outage, Text(" \(age) ago", .bad)), at: 0)
            rest.insert((.retry, Text(", next try \(next == "now" ? "now" : "in \(next)")", .bad)), at: 1)
        }
    }

    private mutating func warn(_ text: Text) {
        warning = warning.isEmpty ? text : warning + .spaces(3) + text
    }

    func text(with parts: Set<StatusPart>) -> Text {
        rest.reduce(into: warning) { line, next in
            guard parts.contains(next.part) else { return }
            switch next.part {
            case .outage: line += next.text
            case .retry: if parts.contains(.outage) { line += next.text }
            case .countdown: if parts.contains(.pause) { line += next.text }
            default: line += line.isEmpty ? next.text : .spaces(3) + next.text
            }
        }
    }
}

/// The running commit, and the state of a newer one; while a deployment changes the target, both commits.
private struct RunsText {
    /// Words, and the parts without which it is not shown.
    private typealias Piece = (text: Text, parts: Set<StatusPart>)

    /// The running commit, and the newer deployment.
    private var phrases: [[Piece]] = []

    init(_ state: DashboardState) {
        guard let mirror = state.shown else { return }
        let version = RunningVersion(mirror)
        let health = mirror.currentApps.flatMap(AppsHealth.init)
        if let change = version.change {
            phrases = [Self.pieces(of: change) + Self.pieces(of: health)]
            return
        }
        guard let running = version.commit else {
            phrases = [[(Text(Self.sentence(version, mirror), .secondary), [.commit])], Self.newer(version)]
            return
        }
        var pieces: [Piece] =
            switch version.source {
            case .target: [(Text("runs ", .secondary), [.commit, .runs])]
            case .earlierReport: [(Text("last seen ", .secondary), [.commit, .source])]
            case .deployments: [(Text("deployed ", .secondary), [.commit, .source])]
            }
        pieces.append((Text(running.id.shortCommit, .bold), [.commit]))
        if let date = version.source == .earlierReport ? mirror.apps?.readAt : version.since {
            let time = state.timesClock.short(date, today: state.shownTime)
            let word =
                switch version.source {
                case .target: "since"
                case .earlierReport: "at"
                case .deployments: "·"
                }
            pieces.append((Text(" \(word) \(time)", .secondary), [.commit, .since]))
        }
        phrases = [pieces + Self.pieces(of: health), Self.newer(version)]
    }

    func text(with parts: Set<StatusPart>) -> Text {
        let texts = phrases.map { pieces in
            pieces.filter { $0.parts.isSubset(of: parts) }.reduce(into: Text()) { $0 += $1.text }
        }
        return .joined(texts.filter { !$0.isEmpty }, by: "   ")
    }

    private static func sentence(_ version: RunningVersion, _ mirror: EngineMirror) -> String {
        switch version.source {
        case .target: mirror.apps?.runsUnknown == true ? "runs an unknown commit" : "nothing runs"
        case .earlierReport: "nothing ran when last seen"
        case .deployments: isCertain(mirror) ? "nothing deployed yet" : "not known yet"
        }
    }

    /// Whether a missing deployment means that there was none: after the disk was lost, only the target knows it.
    private static func isCertain(_ mirror: EngineMirror) -> Bool {
        switch mirror.engine.decisions {
        case .pending, .unavailable: false
        case .saved, .unsaved, .local: mirror.apps?.isSupported == false
        }
    }

    private static func pieces(of health: AppsHealth?) -> [Piece] {
        guard let health else { return [] }
        return [
            (Text(" · ", .secondary) + health.tasks, [.commit, .health]), (health.drift, [.commit, .health, .drift]),
        ]
    }

    private static func newer(_ version: RunningVersion) -> [Piece] {
        guard let row = version.newer else { return [] }
        let mark = StageMark(row)
        let style = Style(ink: mark.ink).bold
        return [
            (Text("\(mark.sign) \(row.commit.shortCommit)", style), [.newer]),
            (Text(" \(mark.word)", style), [.newer, .verb]),
        ]
    }

    /// "▸ 77e0f12 → a1b2c3d deploying · 3/5 healthy": of an app that is changed, only tasks of its new version are counted.
    private static func pieces(of change: VersionChange) -> [Piece] {
        let row = change.deployment
        let mark = StageMark(row)
        let style = Style(ink: mark.ink).bold
        var pieces: [Piece] = [(Text("\(mark.sign) ", style), [.commit, .newer])]
        if let from = change.from, change.to != nil {
            pieces.append((Text("\(from.shortCommit) → ", .secondary), [.commit, .source]))
        }
        let last = change.from == nil ? row.commit : change.to ?? row.commit
        pieces.append((Text(last.shortCommit, style), [.commit]))
        pieces.append((Text(" \(mark.word)", style), [.commit, .newer, .verb]))
        return pieces
    }
}

/// How many tasks are healthy, and how many apps differ from their specs, as the target reports them now; or the verdict
/// of a health command.
struct AppsHealth {
    let tasks: Text
    /// The apps that differ, to be added; empty without any.
    var drift = Text()

    var text: Text { tasks + drift }

    /// - Returns: nil if it is not known, or nothing runs.
    init?(_ report: AppsReport) {
        if let check = report.check, report.problem == nil {
            tasks = check.isHealthy ? Text("healthy", .good) : Text("unhealthy", .bad)
        } else if let health = report.health {
            let drifted = report.drifted.count
            tasks = Text(
                "\(health.healthy)/\(health.wanted) healthy", health.healthy < health.wanted ? .busy : .good)
            if drifted > 0 { drift = Text(", \(drifted) drifted", .busy) }
        } else {
            return nil
        }
    }
}
