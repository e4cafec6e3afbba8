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
