/// A path with parameters: `{name}` matches one segment, `{name...}` one or more.
struct PathPattern: Sendable, ExpressibleByStringLiteral {
    private enum Segment {
        case literal(Substring)
        case parameter(String)
        case rest(String)
    }

    private let segments: [Segment]

    init(_ pattern: String) {
        segments = pattern.split(separator: "/").map { segment in
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return .literal(segment) }
            let name = segment.dropFirst().dropLast()
            return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .parameter(String(name))
        }
    }

    init(stringLiteral pattern: String) {
        self.init(pattern)
    }

    /// Returns the decoded parameters, or nil if the path does not match. The path is split before it is decoded.
    func match(_ encodedPath: String) -> [String: String]? {
        var parameters: [String: String] = [:]
        var parts = encodedPath.split(separator: "/")[...]
        for (index, segment) in segments.enumerated() {
            let following = segments.count - index - 1
            guard parts.count > following else { return nil }
            switch segment {
            case .literal(let text):
                guard parts.removeFirst() == text else { return nil }
            case .parameter(let name):
                parameters[name] = PercentEncoding.decode(String(parts.removeFirst()))
            case .rest(let name):
                parameters[name] = PercentEncoding.decode(parts.dropLast(following).joined(separator: "/"))
                parts = parts.suffix(following)
            }
        }
        return parts.isEmpty ? parameters : nil
    }
}

enum PercentEncoding {
    static func decode(_ text: String, plusIsSpace: Bool = false) -> String {
        var decoded: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2, let value = UInt8(Substring(digits), radix: 16) {
                decoded.append(value)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// Encodes everything except unreserved characters and those in `keeping`.
    static func encode(_ text: String, keeping: String = "") -> String {
        let kept = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~\(keeping)".utf8)
        return text.utf8.map { byte in
            if kept.contains(byte) { return String(Unicode.Scalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "%0\(digits)" : "%\(digits)"
        }.joined()
    }
}
