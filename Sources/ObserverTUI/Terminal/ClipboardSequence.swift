import Foundation

/// The escape sequence that sends a string to the clipboard of the terminal (OSC 52).
enum ClipboardSequence {
    /// GNU screen passes on strings up to a limit, in bytes.
    private static let pieceSize = 240

    /// - Parameter environment: Shows whether tmux or GNU screen is between this program and the terminal.
    static func sequence(for text: String, _ environment: [String: String]) -> String {
        // Base64 keeps the text from controlling the terminal.
        let plain = "\u{1B}]52;c;\(Data(text.utf8).base64EncodedString())\u{07}"
        if environment["TMUX"]?.isEmpty == false {
            // Depending on its options, tmux handles the plain sequence or passes the wrapped one on.
            return plain + "\u{1B}Ptmux;\(plain.replacing("\u{1B}", with: "\u{1B}\u{1B}"))\u{1B}\\"
        }
        if environment["STY"]?.isEmpty == false {
            return stride(from: 0, to: plain.utf8.count, by: pieceSize).map { start in
                let piece = plain.utf8.dropFirst(start).prefix(pieceSize)
                return "\u{1B}P\(String(decoding: piece, as: UTF8.self))\u{1B}\\"
            }.joined()
        }
        return plain
    }
}
