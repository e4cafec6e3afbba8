import ObserverEngine

/// Toggles with a value, `-prune=true` and `--plain=false`, as Go's flags take them.
/// Source: https://pkg.go.dev/flag, https://pkg.go.dev/strconv#ParseBool
enum GoToggles {
    private static let names = Set(Setting.allCases.filter { $0.kind == .toggle }.map(\.rawValue))
    private static let yes: Set<Substring> = ["1", "t", "T", "true", "TRUE", "True"]
    private static let no: Set<Substring> = ["0", "f", "F", "false", "FALSE", "False"]

    /// The arguments in the form that the flags of `SettingFlags` have: `--prune`, `--no-plain`.
    static func parsed(_ arguments: [String]) -> [String] {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        return arguments[..<end].map { parsed($0) } + arguments[end...]
    }

    private static func parsed(_ argument: String) -> String {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let name = name(of: parts[0]), names.contains(name) else { return argument }
        if yes.contains(parts[1]) { return "--\(name)" }
        return no.contains(parts[1]) ? "--no-\(name)" : argument
    }

    /// Without its one dash or two.
    private static func name(of flag: Substring) -> String? {
        guard flag.hasPrefix("-") else { return nil }
        return String(flag.dropFirst(flag.hasPrefix("--") ? 2 : 1))
    }
}
