/// Arguments as Go's flag package accepts them, in the form that the parser expects.
/// Source: https://pkg.go.dev/flag, https://pkg.go.dev/strconv#ParseBool
///
/// - A flag without a value may be given one: `-prune=true`, `--json=false`. The parser's own `defaultAsFlag` does not do:
///   it also consumes the argument that follows a bare flag, and reads `-prune=maybe` as true.
/// - A negative number is an argument, not a flag.
struct GoArguments {
    private static let yes: Set<Substring> = ["1", "t", "T", "true", "TRUE", "True"]
    private static let no: Set<Substring> = ["0", "f", "F", "false", "FALSE", "False"]

    /// The command that the arguments name; nil if it is unknown.
    let command: CommandDescription?

    /// Whether the parser reads the arguments as they are. Describing a command takes time, so most starts should not.
    static func arePlain(_ arguments: [String]) -> Bool {
        !arguments.contains { $0.hasPrefix("-") && ($0.contains("=") || isNegativeNumber($0)) }
    }

    func parsed(_ arguments: [String]) -> [String] {
        guard let command else { return arguments }
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        var flags: [String] = []
        var numbers: [String] = []
        var isValue = false
        for argument in arguments[..<end] {
            if !isValue, Self.isNegativeNumber(argument) {
                numbers.append(argument)
            } else {
                flags += isValue ? [argument] : Self.parsed(argument, of: command)
            }
            isValue = !isValue && Self.expectsValue(argument, of: command)
        }
        let rest = arguments[end...].dropFirst()
        guard end < arguments.endIndex || !numbers.isEmpty else { return flags }
        return flags + ["--"] + numbers + rest
    }

    /// The first flag that takes no value and has one that is neither true nor false.
    func invalidToggle(in arguments: [String]) -> (flag: String, value: String)? {
        guard let command else { return nil }
        for argument in arguments.prefix(while: { $0 != "--" }) {
            if let (flag, value) = Self.toggle(argument, of: command), !Self.yes.contains(value),
                !Self.no.contains(value)
            {
                return ("-\(flag)", String(value))
            }
        }
        return nil
    }

    private static func parsed(_ argument: String, of command: CommandDescription) -> [String] {
        guard let (name, value) = toggle(argument, of: command) else { return [argument] }
        if yes.contains(value) { return [name.count == 1 ? "-\(name)" : "--\(name)"] }
        guard no.contains(value) else { return [argument] }
        // Only settings have a source that the flag must override.
        return command.flag(named: "no-\(name)") == nil ? [] : ["--no-\(name)"]
    }

    private static func toggle(_ argument: String, of command: CommandDescription) -> (name: String, value: Substring)?
    {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let name = parts[0].flagName, command.flag(named: name)?.kind == .flag else {
            return nil
        }
        return (name, parts[1])
    }

    private static func expectsValue(_ argument: String, of command: CommandDescription) -> Bool {
        argument.flagName.map { command.flag(named: $0)?.kind == .option } ?? false
    }

    private static func isNegativeNumber(_ argument: String) -> Bool {
        argument.count > 1 && argument.hasPrefix("-") && argument.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
    }
}

extension StringProtocol {
    /// The name without its one or two dashes; nil if it is not a flag.
    var flagName: String? {
        guard hasPrefix("-"), count > 1 else { return nil }
        let name = String(dropFirst(hasPrefix("--") ? 2 : 1))
        return name.isEmpty ? nil : name
    }
}
