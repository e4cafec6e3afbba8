import ObserverEngine

/// The first argument that is not known, with the most similar one that is.
struct MistypedArgument: Equatable {
    let sentence: String

    /// nil if every command and flag is known.
    init?(in arguments: [String], of commandLine: CommandLineDescription) {
        guard let command = commandLine.command(of: arguments) else {
            let name = arguments[0]
            let similar = Self.mostSimilar(to: name, among: commandLine.commands.map(\.name))
            sentence = "Unknown command '\(name)'.\(Self.hint(similar))"
            return
        }
        guard let flag = Self.unknownFlag(in: arguments, of: command) else { return nil }
        let known = command.flags.flatMap(\.names).filter { $0.count > 1 }
        let similar = Self.mostSimilar(to: flag.flagName ?? "", among: known)
        sentence = "Unknown flag '\(flag)'.\(Self.hint(similar.map { "-\($0)" }))"
    }

    private static func hint(_ similar: String?) -> String {
        similar.map { " Did you mean '\($0)'?" } ?? ""
    }

    static func unknownFlag(in arguments: [String], of command: CommandDescription) -> String? {
        var isValue = false
        for argument in arguments.prefix(while: { $0 != "--" }) {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard !isValue, let flag = parts.first, let name = flag.flagName else {
                isValue = false
                continue
            }
            guard let parameter = command.flag(named: name) else { return String(flag) }
            isValue = parameter.kind == .option && parts.count == 1
        }
        return nil
    }

    /// The most similar word: one that starts with the mistyped one, or differs in a third of its letters at most.
    static func mostSimilar(to word: String, among known: [String]) -> String? {
        let word = word.lowercased()
        if word.count > 1, let longer = known.first(where: { $0.hasPrefix(word) }) { return longer }
        let distances = known.map { (word: $0, distance: word.editDistance(to: $0)) }
        guard let nearest = distances.min(by: { $0.distance < $1.distance }),
            nearest.distance <= max(1, nearest.word.count / 3)
        else { return nil }
        return nearest.word
    }
}
