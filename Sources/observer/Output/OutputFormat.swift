import Foundation
import ObserverEngine

/// For whom a verb prints.
enum OutputFormat {
    case people(TextStyle)
    /// One JSON value on one line.
    case script

    func text(of report: some Report) throws -> String {
        switch self {
        case .people(let style): report.lines(in: style).map { $0 + "\n" }.joined()
        case .script: String(decoding: try JSONFormat.encoder.encode(report), as: UTF8.self) + "\n"
        }
    }
}
