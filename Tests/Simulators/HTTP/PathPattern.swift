/// A path with parameters: `{name}` stands for one segment, `{name...}` for one or more.
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

    /// The decoded parameters; nil where the path is another one. It is split before it is decoded.
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
