import Foundation
import ObserverEngine

/// A problem that blocks the observer, as a sentence with the remedy.
struct Alert: Equatable {
    var ink: Style.Ink
    var sentence: String
    /// The sentence with more, for where it needs no more lines.
    var longer: String?

    /// Most important first.
    static func all(in state: DashboardState) -> [Alert] {
        guard let mirror = state.shown else { return [] }
        var alerts: [Alert] = []
        if let problem = mirror.engine.problem { alerts.append(Alert(ink: .bad, sentence: named(problem, in: state))) }
        if let problem = mirror.hook.problem, problem != mirror.engine.problem {
            alerts.append(Alert(ink: .bad, sentence: problem))
        }
        // A rejected token is a problem already.
        let dependencies = [mirror.engine.problem == nil ? mirror.engine.gitHub : nil, mirror.engine.target]
        for dependency in dependencies.compactMap(\.self) {
            guard let trouble = dependency.trouble else { continue }
            let longer = dependency.since.map { "\(trouble),\(since($0, in: state))." }
            alerts.append(Alert(ink: .bad, sentence: "\(trouble).", longer: longer))
        }
        if let name = mirror.engine.renamedTo {
            alerts.append(
                Alert(ink: .busy, sentence: "Repository was renamed to \(name); set owner and repo to match."))
        }
        if let pause = mirror.engine.pause, pause.reason != nil || pause.by != nil {
            let who = pause.by.map { " by \($0)" } ?? ""
            let why = pause.reason.map { ": \($0)" } ?? ""
            let change = pause.changedBy.flatMap { $0 == pause.by ? nil : ", changed by \($0)" } ?? ""
            let sentence = "Deployments are paused\(who)\(since(pause.since, in: state))\(change)\(why)."
            alerts.append(
                Alert(ink: .busy, sentence: sentence + state.remedy("Press P to resume.", for: .resume(ending: .pause)))
            )
        }
        if let hold = mirror.engine.hold {
            let end =
                hold.until == .push ? "until the next push to \(mirror.engine.branch)" : "until an operator resumes"
            let deploy = ControlAction.deploy(commit: nil, force: false)
            alerts.append(
                Alert(
                    ink: .busy,
                    sentence: "Held at \(hold.summary)\(since(hold.since, in: state)) \(end)."
                        + state.remedy("Press D to deploy the head of \(mirror.engine.branch).", for: deploy)))
        }
        if let sentence = mirror.engine.blocked, mirror.engine.heldAt == nil {
            alerts.append(Alert(ink: .busy, sentence: sentence))
        }
        if !mirror.hook.drift.isEmpty {
            let differences = mirror.hook.drift.joined(separator: "; ")
            alerts.append(
                Alert(
                    ink: .busy,
                    sentence: "The webhook differs: \(differences)."
                        + state.remedy("Press r to repair it.", for: .register)))
        }
        return alerts
    }

    /// The problem with the key of its remedy instead of the command, if the key is permitted.
    private static func named(_ problem: String, in state: DashboardState) -> String {
        guard let id = state.shown?.engine.otherRepositoryID else { return problem }
        let remedy = state.remedy("press I", for: .acceptRepository(id: id))
        return remedy.isEmpty ? problem : problem.replacing(" run 'observer accept-repository'", with: remedy)
    }

    private static func since(_ date: Date?, in state: DashboardState) -> String {
        date.map { " since \(state.timesClock.short($0, today: state.shownTime))" } ?? ""
    }
}

extension Alert {
    /// The lines of alerts in an area: at least one for each if they fit, and more for long ones while there is space.
    static func lines(of alerts: [Alert], columns: Int, rows: Int) -> [Text] {
        let hidden = max(0, alerts.count - rows)
        var spare = max(0, rows - alerts.count)
        var lines: [Text] = []
        for (index, alert) in alerts.prefix(rows).enumerated() {
            let isLast = index == rows - 1 && hidden > 0
            let more = isLast ? Text("  and \(hidden) more", .secondary) : Text()
            let own = alert.lines(columns: columns - more.columns, rows: 1 + spare)
            spare -= own.count - 1
            lines += own.dropLast() + [(own.last ?? Text()) + more]
        }
        return lines
    }

    /// Cut in the last line if the sentence is longer.
    private func lines(columns: Int, rows: Int) -> [Text] {
        let style = Style(ink: ink)
        let text = Text("! ", style.bold) + Text(sentence, style)
        var lines = text.wrapped(to: columns, indent: 2)
        if let longer {
            let more = (Text("! ", style.bold) + Text(longer, style)).wrapped(to: columns, indent: 2)
            if more.count == lines.count { lines = more }
        }
        guard lines.count > rows else { return lines }
        guard rows > 1 else { return [text.truncated(to: columns)] }
        let rest = lines[rows - 1] + .spaces(1) + lines[rows].dropping(2)
        return lines.prefix(rows - 1) + [rest.truncated(to: columns)]
    }
}
