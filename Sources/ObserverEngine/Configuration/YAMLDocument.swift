import Yams

/// Reads YAML whose types do not matter: every scalar is a string, as its author wrote it.
package enum YAMLDocument {
    package enum Problem: Error, Equatable, CustomStringConvertible {
        case malformed(String)
        case tooLarge

        package var description: String {
            switch self {
            case .malformed(let reason): "is not valid YAML: \(reason)"
            case .tooLarge: "expands to too many values"
            }
        }
    }

    /// The number of values that a document may have once its aliases are resolved.
    private static let limit = 500_000

    /// - Throws: `Problem`
    package static func value(of text: String) throws(Problem) -> JSONValue {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw .malformed((error as? YamlError)?.sentence ?? "\(error)".firstLine)
        }
        guard let root else { return .null }
        var count = 0
        return try value(of: root, count: &count)
    }

    private static func value(of node: Node, count: inout Int) throws(Problem) -> JSONValue {
        count += 1
        guard count <= limit else { throw .tooLarge }
        switch node {
        case .scalar(let scalar):
            return node.null == nil ? .string(scalar.string) : .null
        case .sequence(let items):
            var values: [JSONValue] = []
            for item in items { values.append(try value(of: item, count: &count)) }
            return .array(values)
        case .mapping(let pairs):
            var fields: [String: JSONValue] = [:]
            for (key, item) in pairs {
                guard let name = key.scalar?.string else { throw .malformed("a key is not a string.") }
                fields[name] = try value(of: item, count: &count)
            }
            return .object(fields)
        default: throw .malformed("an alias is undefined.")
        }
    }
}
