/// The fields in which two descriptions of a service differ.
enum FieldChanges {
    private static let mask = "********"
    /// Values in these are often passwords, so only the change is shown.
    private static let hidden = ["/environment", "/build/args"]

    static func between(_ before: ComposeService, and after: ComposeService) -> [AppChange.Field] {
        var fields: [AppChange.Field] = []
        compare(before.definition, after.definition, at: "", into: &fields)
        if before.mounted != after.mounted {
            let short = { (digest: String?) in digest.map { JSONValue.string(String($0.prefix(12))).canonical } }
            fields.append(
                AppChange.Field(path: "/x-mounted-files", before: short(before.mounted), after: short(after.mounted)))
        }
        return fields
    }

    private static func compare(
        _ before: JSONValue?, _ after: JSONValue?, at path: String, into fields: inout [AppChange.Field]
    ) {
        if before == after || (before ?? .null) == .null && (after ?? .null) == .null { return }
        if case .object(let first)? = before, case .object(let second)? = after {
            for key in Set(first.keys).union(second.keys).sorted() {
                let name = key.replacing("~", with: "~0").replacing("/", with: "~1")
                compare(first[key], second[key], at: "\(path)/\(name)", into: &fields)
            }
        } else if case .array(let first)? = before, case .array(let second)? = after, first.count == second.count {
            for index in first.indices { compare(first[index], second[index], at: "\(path)/\(index)", into: &fields) }
        } else {
            let isHidden = hidden.contains { path == $0 || path.hasPrefix($0 + "/") }
            let show = { (value: JSONValue?) -> String? in
                guard let value, value != .null else { return nil }
                return isHidden ? mask : value.canonical
            }
            fields.append(AppChange.Field(path: path, before: show(before), after: show(after)))
        }
    }
}
