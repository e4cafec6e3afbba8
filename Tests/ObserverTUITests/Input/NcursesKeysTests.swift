import CNcurses
import Testing

@testable import ObserverTUI

@Suite("Keys from a terminal")
struct NcursesKeysTests {
    @Test(
        "replies of the terminal to another program are not keys",
        arguments: [
            "\u{1B}P1$r0m\u{1B}\\", "\u{1B}P1+r5463=726d\u{1B}\\", "\u{1B}]11;rgb:ffff/ffff/ffff\u{07}",
            "\u{1B}]4;1;rgb:cdcd/0000/0000\u{1B}\\", "\u{1B}^private P\u{1B}\\", "\u{1B}XP\u{1B}\\",
            "\u{1B}_Gi=1;OK\u{1B}\\",
            "\u{1B}[?62;22c", "\u{1B}[12;40R", "\u{1B}[27;5;106~", "\u{1B}[[D", "\u{1B}[M PD", "\u{1B}OP", "\u{1B}(B",
            "\u{90}1$r0m\u{9C}", "\u{9B}?62c", "\u{9D}11;rgb:ffff\u{07}",
        ])
    func replies(text: String) {
        var keys = NcursesKeys()
        #expect(keys.events(for: Self.inputs(text + "j")) == [.keys(["j"])])
    }

    @Test("a reply that is split is not a key either")
    func split() {
        let start = ContinuousClock.now
        for text in ["\u{1B}P1$r0m\u{1B}\\", "\u{1B}]11;rgb:ffff/ffff/ffff\u{07}", "\u{1B}[?62;22c"] {
            for index in text.unicodeScalars.indices.dropFirst(2) {
                var keys = NcursesKeys()
                let parts = [text.unicodeScalars[..<index], text.unicodeScalars[index...]].map { String($0) }
                #expect(keys.events(for: Self.inputs(parts[0]), at: start) == [])
                let rest = keys.events(for: Self.inputs(parts[1]), at: start + .milliseconds(200))
                // An escape at the end of the first part ended the string; the backslash has no command.
                #expect(rest == [] || rest == [.keys(["\\"])], "\(parts)")
            }
        }
    }

    @Test("a reply without an end does not swallow keys for long")
    func endless() {
        let start = ContinuousClock.now
        var keys = NcursesKeys()
        #expect(keys.events(for: Self.inputs("\u{1B}P"), at: start) == [])
        #expect(keys.events(for: Self.inputs("j"), at: start + .milliseconds(300)) == [])
        #expect(keys.events(for: Self.inputs("j"), at: start + .milliseconds(600)) == [.keys(["j"])])
    }

    @Test("a key pressed together with Alt does nothing", arguments: ["P", "r", "D", "é", "\r", "j"])
    func alt(key: String) {
        var keys = NcursesKeys()
        #expect(keys.events(for: Self.inputs("\u{1B}" + key)) == [])
        #expect(keys.events(for: Self.inputs("j"), at: .now + .seconds(1)) == [.keys(["j"])])
    }

    @Test("the Escape key remains a key")
    func escape() {
        var keys = NcursesKeys()
        #expect(keys.events(for: Self.inputs("\u{1B}")) == [.keys([.escape])])
        #expect(keys.events(for: Self.inputs("q")) == [.keys(["q"])])
        #expect(keys.events(for: Self.inputs("\u{1B}\u{1B}")) == [.keys([.escape, .escape])])
    }

    @Test("pasted text does not press keys, even if it contains escape sequences")
    func paste() {
        var keys = NcursesKeys()
        let inputs =
            [cn_input(key: CN_KEY_PASTE_BEGIN)] + Self.inputs("rm \u{1B}[31mall\rq\u{1B}P")
            + [cn_input(key: CN_KEY_PASTE_END)] + Self.inputs("j")
        #expect(keys.events(for: inputs) == [.pasted("rm all q"), .keys(["j"])])
    }

    private static func inputs(_ text: String) -> [cn_input] {
        text.unicodeScalars.map { scalar in
            let key =
                switch scalar {
                case "\r": CN_KEY_ENTER
                case "\u{1B}": CN_KEY_ESCAPE
                default: CN_KEY_CHARACTER
                }
            return cn_input(key: key, scalar: scalar.value)
        }
    }
}

extension cn_input {
    fileprivate init(key: cn_key, scalar: UInt32 = 0) {
        self.init(key: key, scalar: scalar, column: 0, row: 0)
    }
}
