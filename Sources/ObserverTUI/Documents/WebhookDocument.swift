import ObserverEngine

extension DocumentWriter {
    mutating func writeHook(in state: DashboardState) {
        guard let mirror = state.shown else {
            return line(Text("Not known yet.", .secondary))
        }
        labelColumns = 14
        let hook = mirror.hook
        let mark = RegistrationMark(hook)
        heading("On GitHub")
        value("state", Text("\(mark.sign) \(mark.word)", Style(ink: mark.ink)))
        value("problem", hook.problem, .bad)
        for (index, difference) in hook.drift.enumerated() { value(index == 0 ? "differs" : "", difference, .busy) }
        value("url", hook.url)
        value("id", hook.id.map { "#\($0)" })
        value("events", hook.events.joined(separator: ", "))
        value("body", hook.contentType)
        value("signed", hook.isSigned ? "yes" : "no")
        heading("Status")
        let clock = state.timesClock
        value("last delivery", hook.lastDeliveryAt.map(clock.full))
        value("answered", hook.lastAnswer.map { "\($0)" })
        value("last ping", hook.lastPingAt.map(clock.full))
        value("next review", hook.nextReviewAt.map(clock.full))
        heading("Observer")
        let engine = mirror.engine
        value("repository", "\(engine.fullName) › \(engine.branch)")
        value("token", engine.authentication.rawValue)
        value("requests left", engine.rateLimitRemaining.map { "\($0) this hour" })
        value("public node", engine.publicNode)
        value("public URL", engine.publicURL)
        for dependency in [engine.gitHub, engine.target].compactMap({ $0 }) {
            let mark = DependencyMark(dependency.condition)
            value(
                dependency.name,
                Text("\(mark.sign) \(dependency.condition.rawValue)", Style(ink: mark.ink))
                    + Text("  \(dependency.address ?? "")") + Text("  \(dependency.reason ?? "")", .bad))
        }
        value("paused", engine.pause?.sentence, .busy)
        value("paused since", engine.pause?.since.map(clock.full))
        let change = engine.pause.flatMap { pause in
            pause.changedAt.map { (pause.changedBy.map { "by \($0), " } ?? "") + clock.full($0) }
        }
        value("pause changed", change)
        value("paused until", engine.pause?.until.map(clock.full), .busy)
        value("held at", engine.hold.map { "\($0.summary) \($0.until.words)" }, .busy)
        // The line before it has the first one.
        value("hold reason", engine.hold?.reason.flatMap { $0 == $0.headline ? nil : $0 })
        value("held since", engine.hold?.since.map(clock.full))
        value("blocked", engine.blocked, .busy)
        value("skipped", engine.skipped)
        value("problem", engine.problem, .bad)
        value("version", engine.version)
        value("started", clock.full(engine.startedAt))
    }
}
