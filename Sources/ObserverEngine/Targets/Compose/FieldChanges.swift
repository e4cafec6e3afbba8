/// The fields in which two descriptions of a service differ.
enum FieldChanges {
    private static let masked = MaskedValues(pointers: ["/environment", "/build/args"])

    static func between(_ before: ComposeService, and after: ComposeService) -> [AppChange.Field] {
        var fields: [AppChange.Field] = []
        compare(before.definition, after.definition, at: "", into: &fields)
        if before.mounted != after.mounted { fields += mountedFiles(before, after) }
        return fields
    }

    /// The files that differ, each with its digests; where they were not recorded, the digest of all of them.
    private static func mountedFiles(_ before: ComposeService, _ after: ComposeService) -> [AppChange.Field] {
        let field = { (path: String, before: String?, after: String?) -> AppChange.Field in
            let short = { (digest: String?) in digest.map { JSONValue.string(String($0.prefix(12))).canonical } }
            return AppChange.Field(path: "/x-mounted-files" + path, before: short(before), after: short(after))
        }
        let (old, new) = (before.mountedFiles ?? [:], after.mountedFiles ?? [:])
        let paths = Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }
        let isRecorded = { (service: ComposeService) in service.mounted == nil || service.mountedFiles != nil }
        guard isRecorded(before), isRecorded(after), !paths.isEmpty else {
            return [field("", before.mounted, after.mounted)]
        }
        return paths.map { field("/" + $0.pointerEscaped, old[$0], new[$0]) }
    }

    private static func compare(
        _ before: JSONValue?, _ after: JSONValue?, at path: String, into fields: inout [AppChange.Field]
    ) {
        if before == after || (before ?? .null) == .null && (after ?? .null) == .null { return }
        if case .object(let first)? = before, case .object(let second)? = after {
            for key in Set(first.keys).union(second.keys).sorted() {
                compare(first[key], second[key], at: "\(path)/\(key.pointerEscaped)", into: &fields)
            }
        } else if case .array(let first)? = before, case .array(let second)? = after, first.count == second.count {
            for index in first.indices { compare(first[index], second[index], at: "\(path)/\(index)", into: &fields) }
        } else {
            fields.append(masked.field(at: path, before: before, after: after))
        }
    }
}
