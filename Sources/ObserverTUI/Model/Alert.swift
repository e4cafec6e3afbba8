import ObserverEngine

/// Something that keeps the engine from doing its work, in a sentence that says what to do.
struct Alert: Equatable {
    var ink: Style.Ink
    var sentence: String

    /// The most important first.
    static func all(of mirror: EngineMirror?) -> [Alert] {
        guard let mirror else { return [] }
        var alerts: [Alert] = []
        if let problem = mirror.engine.problem { alerts.append(Alert(ink: .bad, sentence: problem)) }
        if let problem = mirror.hook.problem, problem != mirror.engine.problem {
            alerts.append(Alert(ink: .bad, sentence: problem))
        }
        if let commit = mirror.engine.heldAt {
            alerts.append(
                Alert(
                    ink: .busy,
                    sentence: "Held at \(commit.shortCommit) by a rollback until the next push to "
                        + "\(mirror.engine.branch). D deploys its head now."))
        }
        if let sentence = mirror.engine.blocked, mirror.engine.heldAt == nil {
            alerts.append(Alert(ink: .busy, sentence: sentence))
        }
        if !mirror.hook.drift.isEmpty {
            let differences = mirror.hook.drift.joined(separator: "; ")
            alerts.append(Alert(ink: .busy, sentence: "The webhook differs: \(differences). r repairs it."))
        }
        return alerts
    }
}

extension String {
    /// A commit as people write it.
    var shortCommit: String { String(prefix(7)) }
}
