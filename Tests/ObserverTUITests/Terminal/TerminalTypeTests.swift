import Testing

@testable import ObserverTUI

@Suite("Terminal types")
struct TerminalTypeTests {
    @Test(
        "that the machine may not know fall back by the beginning of their names",
        arguments: [
            ("xterm-ghostty", ["xterm-ghostty", "xterm-256color", "xterm"]),
            ("xterm-kitty", ["xterm-kitty", "xterm-256color", "xterm"]), ("xterm", ["xterm", "xterm-256color"]),
            ("alacritty", ["alacritty", "xterm-256color", "xterm"]),
            ("screen.xterm-new", ["screen.xterm-new", "screen-256color", "screen"]),
            ("tmux-direct", ["tmux-direct", "tmux-256color", "screen-256color", "screen"]), ("hal9000", ["hal9000"]),
        ])
    func entries(type: String, entries: [String]) {
        #expect(TerminalType.entries(for: type) == entries)
    }
}

@Suite("The escape sequence for the clipboard")
struct ClipboardSequenceTests {
    private let plain = "\u{1B}]52;c;aGk=\u{07}"

    @Test("is sent as it is without a multiplexer", arguments: [[:], ["TMUX": "", "STY": ""]])
    func direct(environment: [String: String]) {
        #expect(ClipboardSequence.sequence(for: "hi", environment) == plain)
    }

    @Test("is sent to tmux, and through it to the terminal")
    func tmux() {
        let sequence = ClipboardSequence.sequence(for: "hi", ["TMUX": "/tmp/tmux-0/default,1,0"])
        #expect(sequence == plain + "\u{1B}Ptmux;\u{1B}\u{1B}]52;c;aGk=\u{07}\u{1B}\\")
    }

    @Test("is sent through GNU screen in pieces that it accepts")
    func screen() {
        #expect(ClipboardSequence.sequence(for: "hi", ["STY": "1.pts"]) == "\u{1B}P\(plain)\u{1B}\\")
        let long = ClipboardSequence.sequence(for: String(repeating: "x", count: 1000), ["STY": "1.pts"])
        let pieces = long.split(separator: "\u{1B}\\", omittingEmptySubsequences: true)
        #expect(pieces.count > 4 && pieces.allSatisfy { $0.hasPrefix("\u{1B}P") && $0.utf8.count <= 242 })
        #expect(
            pieces.map { $0.dropFirst(2) }.joined()
                == ClipboardSequence.sequence(for: String(repeating: "x", count: 1000), [:])
        )
    }
}
