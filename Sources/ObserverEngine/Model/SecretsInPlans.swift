import Foundation

/// Shows changed fields without the values that are often passwords, such as those of the environment: only that they
/// change.
struct MaskedValues {
    static let mask = "********"

    /// The JSON pointers of the fields whose values are hidden, with everything below them.
    let pointers: [String]

    func field(at pointer: String, before: JSONValue?, after: JSONValue?) -> AppChange.Field {
        let isHidden = pointers.contains { pointer == $0 || pointer.hasPrefix($0 + "/") }
        let show = { (value: JSONValue?) -> String? in
            guard let value, value != .null else { return nil }
            return isHidden ? Self.mask : value.canonical
        }
        return AppChange.Field(path: pointer, before: show(before), after: show(after))
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
