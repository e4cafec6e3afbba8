import Foundation

/// Validates values against a JSON schema. Supports the parts of drafts 4 and 7 and of OpenAPI 3.0 that the contracts use.
struct JSONSchemaCheck {
    /// The document that `#` refers to.
    var document: JSON
    /// Looks up another document by the last component of its path.
    var named: (String) -> JSON?

    func problems(of value: JSON, by schema: JSON, at path: String = "") -> [String] {
        if value.isNull, schema["nullable"] == true { return [] }
        return reference(value, schema, path) + type(value, schema, path) + choices(value, schema, path)
            + combinations(value, schema, path) + limits(value, schema, path) + members(value, schema, path)
            + elements(value, schema, path)
    }

    private func reference(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        guard let target = schema["$ref"]?.string else { return [] }
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var check = self
        if !parts[0].isEmpty {
            guard let other = named(JSONSchemaSet.name(of: parts[0])) else { return ["\(path): no schema \(target)"] }
            check.document = other
        }
        let pointer = parts.count > 1 ? parts[1] : ""
        let found = pointer.split(separator: "/").reduce(Optional(check.document)) { document, key in
            document?[String(key.replacing("~1", with: "/").replacing("~0", with: "~"))]
        }
        guard let found else { return ["\(path): no schema \(target)"] }
        return check.problems(of: value, by: found, at: path)
    }

    private func type(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        guard let type = schema["type"] else { return [] }
        let allowed = type.array?.compactMap(\.string) ?? [type.string ?? ""]
        guard !allowed.contains(where: { Self.is(value, $0) }) else { return [] }
        return ["\(path): expected \(allowed.joined(separator: " or ")), found \(value.text.prefix(60))"]
    }

    private static func `is`(_ value: JSON, _ type: String) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("null", .null),
            ("integer", .integer), ("number", .integer), ("number", .number):
            true
        default: false
        }
    }

    private func choices(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        if let choices = schema["enum"]?.array, !choices.contains(value) {
            return ["\(path): \(value.text.prefix(60)) is not one of \(JSON.array(choices).text)"]
        }
        if let constant = schema["const"], constant != value { return ["\(path): expected \(constant.text)"] }
        return []
    }

    private func combinations(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        var problems: [String] = []
        for part in schema["allOf"]?.array ?? [] { problems += self.problems(of: value, by: part, at: path) }
        for keyword in ["anyOf", "oneOf"] {
            guard let parts = schema[keyword]?.array else { continue }
            let results = parts.map { self.problems(of: value, by: $0, at: path) }
            guard !results.contains(where: \.isEmpty) else { continue }
            problems +=
                ["\(path): matches none of \(parts.count) alternatives"] + (results.min { $0.count < $1.count } ?? [])
        }
        if let refused = schema["not"], self.problems(of: value, by: refused, at: path).isEmpty {
            problems.append("\(path): matches a schema that is excluded: \(refused.text.prefix(80))")
        }
        return problems
    }

    private func limits(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        var problems: [String] = []
        func require(_ holds: Bool, _ message: @autoclosure () -> String) {
            if !holds { problems.append("\(path): \(message())") }
        }
        if let number = value.double {
            if let minimum = schema["minimum"]?.double {
                require(number >= minimum, "\(number) is less than \(minimum)")
            }
            if let maximum = schema["maximum"]?.double {
                require(number <= maximum, "\(number) is more than \(maximum)")
            }
        }
        if let text = value.string {
            if let least = schema["minLength"]?.integer { require(text.count >= least, "shorter than \(least)") }
            if let most = schema["maxLength"]?.integer { require(text.count <= most, "longer than \(most)") }
            if let pattern = schema["pattern"]?.string {
                require(Self.matches(text, pattern), "\(text) does not match \(pattern)")
            }
        }
        if let elements = value.array {
            if let least = schema["minItems"]?.integer { require(elements.count >= least, "fewer than \(least)") }
            if let most = schema["maxItems"]?.integer { require(elements.count <= most, "more than \(most)") }
        }
        return problems
    }

    private static func matches(_ text: String, _ pattern: String) -> Bool {
        text.range(of: pattern, options: .regularExpression) != nil
    }

    private func members(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        guard let members = value.object else { return [] }
        var problems: [String] = []
        for name in schema["required"]?.array?.compactMap(\.string) ?? [] where members[name] == nil {
            problems.append("\(path): \(name) is missing")
        }
        for (name, member) in members.sorted(by: { $0.key < $1.key }) {
            let place = "\(path)/\(name)"
            var schemas = schema["properties"]?[name].map { [$0] } ?? []
            for (pattern, part) in schema["patternProperties"]?.object ?? [:] where Self.matches(name, pattern) {
                schemas.append(part)
            }
            if schemas.isEmpty {
                switch schema["additionalProperties"] {
                case .bool(false): problems.append("\(place): is not allowed")
                case .object(let other): schemas.append(.object(other))
                default: break
                }
            }
            for part in schemas { problems += self.problems(of: member, by: part, at: place) }
        }
        return problems
    }

    private func elements(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        guard let elements = value.array, let items = schema["items"] else { return [] }
        var problems: [String] = []
        for (index, element) in elements.enumerated() {
            let place = "\(path)/\(index)"
            if let tuple = items.array {
                if let part = items[index] {
                    problems += self.problems(of: element, by: part, at: place)
                } else if schema["additionalItems"] == false {
                    problems.append("\(place): more than \(tuple.count) elements")
                }
            } else {
                problems += self.problems(of: element, by: items, at: place)
            }
        }
        return problems
    }
}

/// A set of JSON schemas that refer to each other by file name.
package struct JSONSchemaSet: Sendable {
    private var documents: [String: JSON]
    private var byName: [String: JSON]

    /// - Parameter documents: The schemas by path.
    package init(_ documents: [String: JSON]) {
        self.documents = documents
        byName = Dictionary(documents.map { (Self.name(of: $0.key), $0.value) }) { first, _ in first }
    }

    /// Validates a value against the schema at the path. Returns an empty array if it is valid.
    package func problems(of value: JSON, by path: String) -> [String] {
        guard let document = documents[path] else { return ["no schema \(path)"] }
        return JSONSchemaCheck(document: document, named: { byName[$0] }).problems(of: value, by: document)
    }

    static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
