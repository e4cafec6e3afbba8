/// JSON for people to read: one member per line, in its original order.
package enum JSONText {
    /// The lines of a string, of which at most `limit` bytes are read. Text that is not JSON keeps its lines.
    package static func lines(of text: String, limit: Int = .max) -> [String] {
        let isCut = text.utf8.count > limit
        var shown = isCut ? String(decoding: text.utf8.prefix(limit), as: UTF8.self) : text
        if shown.first(where: { !$0.isWhitespace }).map({ $0 == "{" || $0 == "[" }) == true { shown = indented(shown) }
        let lines = shown.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return isCut ? lines + ["… and \((text.utf8.count - limit) / 1000) kB more"] : lines
    }

    private static func indented(_ text: String) -> String {
        var output: [UInt8] = []
        var depth = 0
        var isInString = false
        var isEscaped = false
        var opened = false
        func breakLine() {
            output.append(UInt8(ascii: "\n"))
            output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * min(depth, 40)))
        }
        for byte in text.utf8 {
            if isInString {
                output.append(byte)
                isInString = isEscaped || byte != UInt8(ascii: "\"")
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue
            }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
                continue
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth = max(0, depth - 1)
                if !opened { breakLine() }
                opened = false
                output.append(byte)
                continue
            default:
                break
            }
            if opened { breakLine() }
            opened = false
            output.append(byte)
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                opened = true
            case UInt8(ascii: ","): breakLine()
            case UInt8(ascii: ":"): output.append(UInt8(ascii: " "))
            case UInt8(ascii: "\""): isInString = true
            default: break
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
