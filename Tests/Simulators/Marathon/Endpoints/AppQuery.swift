/// The query of `GET /v2/apps`.
struct AppQuery {
    private var id: String?
    private var command: String?
    private var label: String?
    let withTasks: Bool

    init(_ request: SimulatedRequest) {
        id = request.query("id")
        command = request.query("cmd")
        label = request.query("label")
        withTasks = request.query.contains {
            $0.name == "embed" && ["apps.tasks", "app.tasks", "tasks"].contains($0.value)
        }
    }

    func matches(_ app: SimulatedApp) throws -> Bool {
        if let id, !app.id.contains(id) { return false }
        if let command, app.definition["cmd"]?.string?.contains(command) != true { return false }
        guard let label else { return true }
        guard let selector = LabelSelector(label) else {
            throw MarathonErrorResponse(400, ["message": .string("Can not parse label selector: \(label)")])
        }
        return selector.matches(app.labels)
    }
}

/// A label query such as `DPLOY==s4d`, `tier!=db`, `tier in (web,db)`, `tier notin (db)` or `DPLOY`; commas mean "and".
private struct LabelSelector {
    private enum Condition {
        case present(String)
        case isIn(String, values: [String])
        case isNotIn(String, values: [String])
    }

    private var conditions: [Condition] = []

    /// Returns nil if the query is invalid.
    init?(_ query: String) {
        for part in Self.split(query) {
            let text = part.trimmed
            if let set = text.wholeMatch(of: /(\S+)\s+(in|notin)\s*\(([^)]*)\)/) {
                let values = set.3.split(separator: ",").map { String($0).trimmed }
                conditions.append(
                    set.2 == "in" ? .isIn(String(set.1), values: values) : .isNotIn(String(set.1), values: values))
            } else if let pair = text.wholeMatch(of: /([^=!\s]+)\s*(==|!=)\s*(\S+)/) {
                let (name, value) = (String(pair.1), String(pair.3))
                conditions.append(pair.2 == "==" ? .isIn(name, values: [value]) : .isNotIn(name, values: [value]))
            } else if text.wholeMatch(of: /[A-Za-z0-9_.\-\/]+/) != nil {
                conditions.append(.present(text))
            } else {
                return nil
            }
        }
    }

    func matches(_ labels: [String: String]) -> Bool {
        conditions.allSatisfy { condition in
            switch condition {
            case .present(let name): labels[name] != nil
            case .isIn(let name, let values): labels[name].map(values.contains) ?? false
            case .isNotIn(let name, let values): !(labels[name].map(values.contains) ?? false)
            }
        }
    }

    /// Splits at commas outside parentheses.
    private static func split(_ query: String) -> [String] {
        var parts = [""]
        var depth = 0
        for character in query {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts
    }
}

extension String {
    fileprivate var trimmed: String {
        String(trimmingPrefix(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
