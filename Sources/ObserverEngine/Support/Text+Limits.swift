/// How many bytes of untrusted text are kept: it is part of every event and of the dashboard's first load. The body of a
/// delivery is kept whole.
enum TextLimit {
    static let message = 4096
    /// A line of a deployment's log, or the reason of a failure, which may list many specs.
    static let line = 16 * 1024
    static let ref = 1024
    /// Why an operator does something, in one or more lines. It is stored in a label at the target, too.
    static let reason = 512
    /// The name of a person or a repository.
    static let name = 256
    /// The name of a user of a machine.
    static let user = 64
}

extension StringProtocol {
    /// The beginning of the text, at most this many bytes. A limit in characters would not help: a character may have
    /// any length.
    package func beginning(ofBytes limit: Int) -> String {
        utf8.count > limit ? String(decoding: utf8.prefix(limit), as: UTF8.self) : String(self)
    }
}

/// Untrusted text made safe for a terminal and a log.
extension String {
    /// Quoted as by Go's `%q`: control, format and other unprintable characters are escaped, including escape sequences
    /// and bidirectional overrides.
    /// Source: https://pkg.go.dev/strconv#Quote
    package var goQuoted: String {
        "\"" + escapingUnprintable { $0 == "\"" || $0 == "\\" ? "\\\($0)" : nil } + "\""
    }

    /// The text with unprintable characters escaped and everything else unchanged.
    package var printable: String {
        escapingUnprintable { _ in nil }
    }

    /// With blanks in place of tabs, up to the next multiple of eight columns, as a terminal shows them. Beyond the limit, a
    /// tab becomes one blank: nothing grows without end.
    package func expandingTabs(toBytes limit: Int = 4096) -> String {
        guard utf8.contains(UInt8(ascii: "\t")) else { return self }
        var (expanded, column) = ("", 0)
        for character in self {
            let count = character == "\t" && expanded.utf8.count < limit ? 8 - column % 8 : 1
            expanded += character == "\t" ? String(repeating: " ", count: count) : String(character)
            column += count
        }
        return expanded
    }

    /// The first line, for commit messages.
    package var firstLine: String {
        String(prefix { !$0.isNewline })
    }

    /// The first line, with `…` if others follow: for a place that has only one.
    package var headline: String {
        let lines = split(whereSeparator: \.isNewline)
        let first = lines.first.map(String.init) ?? ""
        return lines.count > 1 ? "\(first) …" : first
    }

    /// All of its lines as one: for a log.
    package var unbroken: String {
        split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private func escapingUnprintable(_ special: (Unicode.Scalar) -> String?) -> String {
        let isPlain = utf8.allSatisfy { (0x20..<0x7f).contains($0) && special(Unicode.Scalar($0)) == nil }
        guard !isPlain, unicodeScalars.contains(where: { !$0.isPrintable || special($0) != nil }) else { return self }
        var escaped = ""
        escaped.reserveCapacity(utf8.count + 16)
        for scalar in unicodeScalars {
            if let replacement = special(scalar) {
                escaped += replacement
            } else if scalar.isPrintable {
                escaped.unicodeScalars.append(scalar)
            } else {
                escaped += scalar.goEscaped
            }
        }
        return escaped
    }
}

extension Unicode.Scalar {
    fileprivate var isPrintable: Bool {
        if value < 0x7f { return value >= 0x20 }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            return false
        default:
            return true
        }
    }

    fileprivate var goEscaped: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default:
            switch value {
            case ..<0x80: "\\x" + hexadecimal(width: 2)
            case ..<0x10000: "\\u" + hexadecimal(width: 4)
            default: "\\U" + hexadecimal(width: 8)
            }
        }
    }

    private func hexadecimal(width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
