import Foundation
import ObserverEngine

/// One line of a log.
struct LogEntry: Report {
    /// Of the longest word of deployments' logs; shorter ones are filled up.
    private static let verbWidth = 9

    let line: LogLine

    func encode(to encoder: any Encoder) throws {
        try line.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        let verb = Cell(line.verb, line.level.tint)
        let padding = String(repeating: " ", count: max(0, Self.verbWidth - verb.columns))
        return [
            "\(style.paint(line.at.rfc3339, .faint))  \(style.paint(verb.text, verb.tint))\(padding)  \(line.text.printable)"
        ]
    }
}

extension LogLine.Level {
    fileprivate var tint: Tint {
        switch self {
        case .debug: .faint
        case .info: .plain
        case .warning: .caution
        case .error: .bad
        }
    }
}
