import TestTraits
import Testing

@testable import ObserverTUI

@Suite("Sanitizing untrusted text")
struct SanitizerTests {
    @Test(
        "replaces or removes dangerous characters",
        arguments: [
            ("plain", "plain"),
            ("a\u{1B}[31mb", "a␛[31mb"),
            ("a\u{1B}]0;title\u{07}b", "a␛]0;title␇b"),
            ("a\tb\nc\r\nd\u{2028}e", "a b c d e"),
            ("\u{7F}\u{9B}31m", "␡\u{FFFD}31m"),
            ("user\u{202E}txt.exe", "user\u{FFFD}txt.exe"),
            ("\u{2066}x\u{2069}\u{200F}\u{FEFF}\u{00AD}y", "\u{FFFD}x\u{FFFD}y"),
            ("\u{E000}\u{378}", "\u{FFFD}\u{FFFD}"),
            ("\u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467} family", "\u{1F469} family"),
            ("\u{1F44D}\u{1F3FD} ok", "\u{1F44D} ok"),
            ("\u{26A0}\u{FE0F} care", "\u{26A0} care"),
            ("\u{1F1E9}\u{1F1EA}", "DE"),
            ("1\u{FE0F}\u{20E3}", "1"),
            ("e\u{301}\u{302}\u{303}\u{304}", "e\u{301}\u{302}"),
            ("\u{301}x", "x"),
        ])
    func shown(text: String, expected: String) {
        #expect(Array(Text(text).string.unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test(
        "counts columns",
        arguments: [
            ("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("한국", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("\u{1FAE8}", 2),
            ("\u{2764}\u{FE0F}", 1), ("\u{1F468}\u{200D}\u{1F4BB}", 2), ("กำ", 2), ("Ａ", 2), ("…", 1),
        ])
    func columns(text: String, expected: Int) {
        #expect(Text(text).columns == expected)
    }

    @Test("no scalar produces a control character or half of a wide character", .onComputingQueue)
    func everyScalar() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let cells = Sanitizer.cells(of: String(scalar))
            #expect(!cells.contains { Self.isDangerous($0.base) }, "U+\(String(value, radix: 16))")
            #expect(cells.filter(\.isWide).count == cells.filter(\.isContinuation).count)
        }
    }

    static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        guard !(0x20..<0x7F).contains(scalar.value), !(0x2500..<0x2580).contains(scalar.value) else { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
