import Logging

package import struct Foundation.Date

/// The text forms of the Go library logrus, in which the documented log is written.
/// Source: https://github.com/sirupsen/logrus, text_formatter.go
package enum LogrusFormat: Sendable {
    /// `time="2016-05-08T18:48:06Z" level=debug msg="..." sd=step`, for files and collectors.
    case text
    /// `DEBU[0000] ...   sd=step`, for a terminal; the number counts the seconds since the start.
    case terminal(colored: Bool, since: Date)

    /// One line without its newline. Control characters of the message and the values are escaped.
    func line(at date: Date, level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
        let fields = metadata.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        switch self {
        case .text:
            let head = "time=\"\(date.rfc3339)\" level=\(level.logrusName) msg=\(message.logrusValue)"
            return fields.reduce(head) { "\($0) \($1.0)=\($1.1.logrusValue)" }
        case .terminal(let colored, let start):
            let paint = { (text: String) in colored ? "\u{1B}[\(level.logrusColor)m\(text)\u{1B}[0m" : text }
            let seconds = String(max(0, Int(date.timeIntervalSince(start))))
            let clock = String(repeating: "0", count: max(0, 4 - seconds.count)) + seconds
            let text = message.printable
            let head = paint(String(level.logrusName.uppercased().prefix(4))) + "[\(clock)] " + text
            guard !fields.isEmpty else { return head }
            let padding = String(repeating: " ", count: max(2, 46 - text.count))
            return head + padding + fields.map { "\(paint($0.0))=\($0.1.logrusValue)" }.joined(separator: " ")
        }
    }
}

extension Logger.Level {
    var logrusName: String {
        switch self {
        case .trace, .debug: "debug"
        case .info, .notice: "info"
        case .warning: "warning"
        case .error, .critical: "error"
        }
    }

    fileprivate var logrusColor: Int {
        switch self {
        case .trace, .debug: 37
        case .info, .notice: 36
        case .warning: 33
        case .error, .critical: 31
        }
    }
}

extension String {
    /// As it is where nothing in it needs quotes, else quoted.
    fileprivate var logrusValue: String {
        let isPlain = utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return isPlain && !isEmpty ? self : goQuoted
    }
}
