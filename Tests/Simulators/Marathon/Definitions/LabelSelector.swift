/// A label query such as `DPLOY==s4d`, `tier!=db`, `tier in (web,db)`, `tier notin (db)` or `DPLOY`; commas mean "and".
struct LabelSelector {
    private enum Condition {
        case present(String)
        case isOne(String, of: [String])
        case isNone(String, of: [String])
    }

    private var conditions: [Condition] = []

    /// Nil where the query cannot be read.
    init?(_ query: String) {
        for part in Self.split(query) {
            let text = part.trimmed
            if let set = text.wholeMatch(of: /(\S+)\s+(in|notin)\s*\(([^)]*)\)/) {
                let values = set.3.split(separator: ",").map { String($0).trimmed }
                conditions.append(
                    set.2 == "in" ? .isOne(String(set.1), of: values) : .isNone(String(set.1), of: values))
            } else if let pair = text.wholeMatch(of: /([^=!\s]+)\s*(==|!=)\s*(\S+)/) {
                let (name, value) = (String(pair.1), String(pair.3))
                conditions.append(pair.2 == "==" ? .isOne(name, of: [value]) : .isNone(name, of: [value]))
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
            case .isOne(let name, let values): labels[name].map(values.contains) ?? false
            case .isNone(let name, let values): !(labels[name].map(values.contains) ?? false)
            }
        }
    }

    /// Splits at the commas outside parentheses.
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
