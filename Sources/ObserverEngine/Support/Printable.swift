/// Text from elsewhere made harmless for a terminal and a log.
extension String {
    /// Quoted as Go's `%q` does it: control and format characters, and whatever else is not printable, are escaped,
    /// so no escape sequence and no bidirectional override gets through.
    /// Source: https://pkg.go.dev/strconv#Quote
    package var goQuoted: String {
        "\"" + escapingUnprintable { $0 == "\"" || $0 == "\\" ? "\\\($0)" : nil } + "\""
    }

    /// The text with everything that is not printable escaped; nothing else is changed.
    package var printable: String {
        escapingUnprintable { _ in nil }
    }

    /// The first line, for messages of commits.
    package var firstLine: String {
        String(prefix { !$0.isNewline })
    }

    private func escapingUnprintable(_ special: (Unicode.Scalar) -> String?) -> String {
        guard unicodeScalars.contains(where: { !$0.isPrintable || special($0) != nil }) else { return self }
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
