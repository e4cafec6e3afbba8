import ObserverEngine

extension DocumentWriter {
    mutating func write(_ entry: LogLine, clock: WallClock) {
        heading("Log line \(entry.sequence)")
        value("time", clock.full(entry.at))
        value("level", entry.level.rawValue, Style(ink: LogText.ink(of: entry.level)))
        value("verb", entry.verb)
        value("deployment", entry.deployment.map { "\($0)" } ?? "none: the engine's own log")
        value("text", entry.text)
    }
}
