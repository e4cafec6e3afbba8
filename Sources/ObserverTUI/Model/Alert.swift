import ObserverEngine

/// A problem that blocks the observer, as a sentence with the remedy.
struct Alert: Equatable {
    var ink: Style.Ink
    var sentence: String

    /// Most important first.
    static func all(of mirror: EngineMirror?) -> [Alert] {
        guard let mirror else { return [] }
        var alerts: [Alert] = []
        if let problem = mirror.engine.problem { alerts.append(Alert(ink: .bad, sentence: problem)) }
        if let problem = mirror.hook.problem, problem != mirror.engine.problem {
            alerts.append(Alert(ink: .bad, sentence: problem))
        }
        // A rejected token is a problem already.
        let dependencies = [mirror.engine.problem == nil ? mirror.engine.gitHub : nil, mirror.engine.target]
        for trouble in dependencies.compactMap({ $0?.trouble }) {
            alerts.append(Alert(ink: .bad, sentence: "\(trouble)."))
        }
        if let name = mirror.engine.renamedTo {
            alerts.append(Alert(ink: .busy, sentence: "Repository was renamed to \(name); set owner and repo to that."))
        }
        if let hold = mirror.engine.hold {
            alerts.append(
                Alert(
                    ink: .busy,
                    sentence: "Held at \(hold.summary) until the next push to \(mirror.engine.branch). "
                        + "Press D to deploy its head now."))
        }
        if let sentence = mirror.engine.blocked, mirror.engine.heldAt == nil {
            alerts.append(Alert(ink: .busy, sentence: sentence))
        }
        if !mirror.hook.drift.isEmpty {
            let differences = mirror.hook.drift.joined(separator: "; ")
            alerts.append(Alert(ink: .busy, sentence: "The webhook differs: \(differences). Press r to repair it."))
        }
        return alerts
    }
}

extension String {
    /// The usual short form of a commit.
    var shortCommit: String { String(prefix(7)) }
}
