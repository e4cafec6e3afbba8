import Foundation

/// The fields in which a running app differs from its spec, for people to read. A value that Marathon filled in or assigned
/// is not a difference; a field that the spec no longer names is.
struct FieldDifference {
    /// The item that Marathon adds where a spec has no ports, since version 1.5.
    private static let addedPort: JSONValue = ["name": "default"]

    private static let masked = MaskedValues(pointers: ["/env"])

    private var fields: [AppChange.Field] = []

    /// - Parameters:
    ///   - running: The app as Marathon returns it.
    ///   - spec: Its definition.
    static func between(_ running: JSONValue, and spec: JSONValue) -> [AppChange.Field] {
        var difference = FieldDifference()
        let aligned = DefinitionForm.aligned(running, spec)
        difference.compare(aligned.running, aligned.spec, as: .app(for: spec), at: "")
        return difference.fields
    }

    private mutating func compare(
        _ actual: JSONValue?, _ wanted: JSONValue?, as field: DefinitionField, at pointer: String
    ) {
        switch field {
        case .plain: comparePlain(actual, wanted, at: pointer)
        case .defaulted(let defaults):
            let isDefault = { (value: JSONValue?) in value.isMissing || defaults.contains { $0.isSame(as: value) } }
            if isDefault(actual), wanted.isMissing || isDefault(wanted) && actual.isMissing { return }
            comparePlain(actual, wanted.isMissing ? defaults.first : wanted, at: pointer)
        case .assigned:
            if !wanted.isMissing, wanted?.wholeNumber != 0 { comparePlain(actual, wanted, at: pointer) }
        case .kept:
            if !wanted.isMissing { comparePlain(actual, wanted, at: pointer) }
        case .map: compareKeys(actual, wanted, as: nil, at: pointer)
        case .list(let item), .ports(let item): compareLists(actual, wanted, as: field, of: item, at: pointer)
        case .object(let known):
            let isAbsent = actual.isMissing || wanted.isMissing
            if isAbsent, !pointer.isEmpty {
                let rest = actual?.stripped(as: field, assigned: true)
                compareWhole(rest, wanted?.stripped(as: field), at: pointer)
            } else {
                compareKeys(actual, wanted, as: known, at: pointer)
            }
        case .section(let known): compareKeys(actual, wanted, as: known, at: pointer)
        }
    }

    /// - Parameter known: nil for a map, in which every key counts.
    private mutating func compareKeys(
        _ actual: JSONValue?, _ wanted: JSONValue?, as known: [String: DefinitionField]?, at pointer: String
    ) {
        guard actual.isMissing || actual?.object != nil, wanted.isMissing || wanted?.object != nil else {
            return report(actual, wanted, at: pointer)
        }
        // A newer Marathon shows fields that are not known here.
        let shown = (actual?.object ?? [:]).keys.filter { known == nil || known?[$0] != nil }
        for key in Set(shown).union((wanted?.object ?? [:]).keys).sorted() {
            compare(actual?[key], wanted?[key], as: known?[key] ?? .plain, at: "\(pointer)/\(key.pointerEscaped)")
        }
    }

    private mutating func compareLists(
        _ actual: JSONValue?, _ wanted: JSONValue?, as field: DefinitionField, of item: DefinitionField,
        at pointer: String
    ) {
        let (running, specified) = (actual?.array ?? [], wanted?.array ?? [])
        if case .ports = field, specified.isEmpty, running.count == 1,
            case let added = running[0].stripped(as: item, assigned: true), added == nil || added == Self.addedPort
        {
            return
        }
        if case .plain = item {
            compareWhole(actual, wanted, at: pointer)
        } else if running.count == specified.count {
            for (index, pair) in zip(running, specified).enumerated() {
                compare(pair.0, pair.1, as: item, at: "\(pointer)/\(index)")
            }
        } else {
            let strip = { (items: [JSONValue], assigned: Bool) in
                JSONValue.array(items.map { $0.stripped(as: item, assigned: assigned) ?? [:] })
            }
            report(strip(running, !item.isAssigned(in: specified)), strip(specified, false), at: pointer)
        }
    }

    /// Compares values of which only what the spec names is known.
    private mutating func comparePlain(_ actual: JSONValue?, _ wanted: JSONValue?, at pointer: String) {
        if let inner = wanted?.object, actual?.object != nil {
            for (key, value) in inner.sorted(by: { $0.key < $1.key }) {
                comparePlain(actual?[key], value, at: "\(pointer)/\(key.pointerEscaped)")
            }
        } else if let items = wanted?.array, let others = actual?.array, items.count == others.count,
            items.contains(where: { $0.object != nil })
        {
            for (index, pair) in zip(others, items).enumerated() {
                comparePlain(pair.0, pair.1, at: "\(pointer)/\(index)")
            }
        } else {
            compareWhole(actual, wanted, at: pointer)
        }
    }

    private mutating func compareWhole(_ actual: JSONValue?, _ wanted: JSONValue?, at pointer: String) {
        if actual.isMissing && wanted.isMissing || wanted?.isSame(as: actual) == true { return }
        report(actual, wanted, at: pointer)
    }

    private mutating func report(_ actual: JSONValue?, _ wanted: JSONValue?, at pointer: String) {
        fields.append(
            Self.masked.field(at: pointer, before: actual?.maskingParameters, after: wanted?.maskingParameters))
    }
}

extension DefinitionField {
    /// Whether items of a list name a number that Marathon would otherwise assign. Ports alone always count.
    fileprivate func isAssigned(in items: [JSONValue]) -> Bool {
        guard case .object(let known) = self else { return true }
        let keys = known.filter { if case .assigned = $0.value { true } else { false } }.keys
        return items.contains { item in keys.contains { !item[$0].isMissing && item[$0]?.wholeNumber != 0 } }
    }
}

extension JSONValue {
    /// Marathon writes whole doubles as integers, and the other way round.
    fileprivate func isSame(as other: JSONValue?) -> Bool { comparable == other?.comparable }

    /// The value with whole doubles as integers.
    private var comparable: JSONValue {
        switch self {
        case .number(let value): Int64(exactly: value).map(JSONValue.integer) ?? self
        case .array(let items): .array(items.map(\.comparable))
        case .object(let fields): .object(fields.mapValues(\.comparable))
        default: self
        }
    }

    /// The value without what Marathon filled in; nil if nothing is left.
    /// - Parameter assigned: Whether to drop assigned numbers, too.
    fileprivate func stripped(as field: DefinitionField, assigned: Bool = false) -> JSONValue? {
        let rest: JSONValue?
        switch field {
        case .plain, .map, .kept: rest = self
        case .assigned: rest = assigned || wholeNumber == 0 ? nil : self
        case .defaulted(let defaults): rest = defaults.contains { $0.isSame(as: self) } ? nil : self
        case .list(let item), .ports(let item):
            rest = array.map { .array($0.map { $0.stripped(as: item, assigned: assigned) ?? [:] }) } ?? self
        case .object(let known), .section(let known):
            rest =
                object.map { fields in
                    .object(
                        fields.reduce(into: [:]) { kept, entry in
                            kept[entry.key] = entry.value.stripped(as: known[entry.key] ?? .plain, assigned: assigned)
                        })
                } ?? self
        }
        return rest.isMissing ? nil : rest
    }

    /// The value with masked environment variables in the parameters for Docker.
    fileprivate var maskingParameters: JSONValue {
        switch self {
        case .array(let items): return .array(items.map(\.maskingParameters))
        case .object(var fields):
            if let key = fields["key"]?.string, ["env", "e"].contains(key), let text = fields["value"]?.string {
                fields["value"] = .string(text.prefix { $0 != "=" } + "=" + MaskedValues.mask)
                return .object(fields)
            }
            return .object(fields.mapValues(\.maskingParameters))
        default: return self
        }
    }
}
