import Foundation

/// What of a spec differs from the app at Marathon, for people to read.
///
/// Only what the spec says is compared: Marathon shows defaults for all the rest.
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
        } else if actual?.comparable != wanted.comparable {
            // Values of the environment are often passwords; that they changed is enough.
            let isHidden = pointer.hasPrefix("/env")
            let show = { (value: JSONValue) in isHidden ? "********" : value.canonical }
            fields.append(AppChange.Field(path: pointer, before: actual.map(show), after: show(wanted)))
        }
    }
}

extension AppChange {
    /// As it is kept: without the secrets that somebody has put into a spec.
    func redacted(by redactor: Redactor) -> AppChange {
        // In JSON they may be escaped.
        let redact = { (text: String) in String(decoding: redactor.redact(json: Data(text.utf8)), as: UTF8.self) }
        var clean = self
        clean.fields = fields.map {
            Field(path: redact($0.path), before: $0.before.map(redact), after: $0.after.map(redact))
        }
        return clean
    }
}

extension JSONValue {
    /// Whole numbers stand for doubles.
    fileprivate var comparable: JSONValue {
        switch self {
        case .number(let value): Int64(exactly: value).map(JSONValue.integer) ?? self
        case .array(let items): .array(items.map(\.comparable))
        case .object(let fields): .object(fields.mapValues(\.comparable))
        default: self
        }
    }
}
