import Foundation

/// The fields of a spec that differ from the app in Marathon, for people to read.
///
/// Only fields in the spec are compared: Marathon fills in defaults for all others.
enum FieldDifference {
    static func between(_ actual: JSONValue, and wanted: JSONValue) -> [AppChange.Field] {
        var fields: [AppChange.Field] = []
        compare(actual, wanted, at: "", into: &fields)
        return fields
    }

    private static func compare(
        _ actual: JSONValue?, _ wanted: JSONValue, at pointer: String, into fields: inout [AppChange.Field]
    ) {
        if case .object(let inner) = wanted, let actual, actual.object != nil {
            for (key, value) in inner.sorted(by: { $0.key < $1.key }) {
                compare(actual[key], value, at: "\(pointer)/\(key.pointerEscaped)", into: &fields)
            }
        } else if case .array(let items) = wanted, let others = actual?.array, items.count == others.count,
            items.contains(where: { $0.object != nil })
        {
            // Marathon fills in defaults inside health checks and port mappings, too.
            for (index, pair) in zip(others, items).enumerated() {
                compare(pair.0, pair.1, at: "\(pointer)/\(index)", into: &fields)
            }
        } else if actual?.comparable != wanted.comparable {
            // Values of the environment are often passwords, so only the change is shown.
            let isHidden = pointer.hasPrefix("/env")
            let show = { (value: JSONValue) in isHidden ? "********" : value.canonical }
            fields.append(AppChange.Field(path: pointer, before: actual.map(show), after: show(wanted)))
        }
    }
}

extension AppChange {
    /// The change without secrets that a spec contains.
    func redacted(by redactor: Redactor) -> AppChange {
        // Secrets may be escaped in JSON.
        let redact = { (text: String) in String(decoding: redactor.redact(json: Data(text.utf8)), as: UTF8.self) }
        var clean = self
        clean.fields = fields.map {
            Field(path: redact($0.path), before: $0.before.map(redact), after: $0.after.map(redact))
        }
        return clean
    }
}

extension JSONValue {
    /// The value with whole doubles as integers.
    fileprivate var comparable: JSONValue {
        switch self {
        case .number(let value): Int64(exactly: value).map(JSONValue.integer) ?? self
        case .array(let items): .array(items.map(\.comparable))
        case .object(let fields): .object(fields.mapValues(\.comparable))
        default: self
        }
    }
}
