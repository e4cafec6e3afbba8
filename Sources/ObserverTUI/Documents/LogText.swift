import ObserverEngine

/// A line of a log: when, the verb that the eye follows, and the sentence.
struct LogText {
    private static let verbColumns = 12
    private static let indent = 22

    let text: Text

    init(_ line: LogLine, clock: WallClock) {
        let body: Style = line.level == .debug ? .secondary : .plain
        text =
            Text(clock.time(line.at), .secondary) + .spaces(2)
            + Text(line.verb, Style(ink: Self.ink(of: line.level))).fitted(to: Self.verbColumns)
            + Text(line.text, body)
    }

    func wrapped(to columns: Int) -> [Text] {
        text.wrapped(to: columns, indent: Self.indent)
    }

    static func ink(of level: LogLine.Level) -> Style.Ink {
        switch level {
        case .debug: .secondary
        case .info: .plain
        case .warning: .busy
        case .error: .bad
        }
    }
}
