import Foundation
import Testing

@testable import ObserverTUI

/// A screen as a text file: its characters, a letter for the style of each, and the look of these styles in each theme.
enum Golden {
    static func expect(
        _ canvas: Canvas, matches name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = folder.appending(path: "\(name).txt")
        let text = describe(canvas)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1" {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let wanted = try String(contentsOf: file, encoding: .utf8)
        #expect(
            text == wanted, "\(name) differs; UPDATE_GOLDENS=1 swift test rewrites it", sourceLocation: sourceLocation)
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Goldens")

    private static func describe(_ canvas: Canvas) -> String {
        let styles = (0..<canvas.size.rows).map { row in String(canvas.row(row).map { letter(of: $0.style) }) }
        let legend = Set(canvas.cells.map(\.style)).map { style in
            let looks = Theme.allCases.map { "\($0): \(describe($0.look(of: style)))" }
            return "\(letter(of: style))  \(looks.joined(separator: " | "))"
        }
        let rule = String(repeating: "=", count: canvas.size.columns)
        return ([canvas.text, rule] + styles + [rule] + Set(legend).sorted()).joined(separator: "\n") + "\n"
    }

    /// Lower case: plain. Upper case: bold. Digits: selected row. Underscores: matches of the search term.
    private static func letter(of style: Style) -> Character {
        let letters: [[Character]] =
            style.isMatch
            ? [["_", "_", "_", "_", "_", "_"], ["_", "_", "_", "_", "_", "_"]]
            : style.ground == .plain
                ? [[".", "d", "a", "g", "y", "r"], ["B", "D", "A", "G", "Y", "R"]]
                : [["0", "1", "2", "3", "4", "5"], ["6", "7", "8", "9", "!", "?"]]
        return letters[style.isBold ? 1 : 0][Int(style.ink.rawValue)]
    }

    private static func describe(_ look: Look) -> String {
        let words = [
            look.foreground.map { "\($0)" }, look.background.map { "on \($0)" }, look.isBold ? "bold" : nil,
            look.isDim ? "dim" : nil, look.isReversed ? "reverse" : nil, look.isUnderlined ? "underline" : nil,
        ].compactMap { $0 }
        return words.isEmpty ? "plain" : words.joined(separator: " ")
    }
}
