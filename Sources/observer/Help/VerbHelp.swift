import ArgumentParser
import Foundation
import ObserverEngine

/// What `observer VERB -h` prints, from the declarations of the verb itself.
enum VerbHelp {
    static func text<Command: Verb>(of command: Command.Type) -> String {
        let description = Description(command)
        let arguments = description.arguments.filter { $0.kind == .positional }
            .map { " [\(($0.valueName ?? "value").uppercased())]" }.joined()
        let flags = description.arguments.compactMap { $0.entry(settings: command.settingsInHelp) }.sorted {
            $0.flag < $1.flag
        }
        let notes = command.configuration.discussion
        return "Usage: observer \(description.name)\(arguments) [flags]\n\(command.configuration.abstract)\n"
            + (notes.isEmpty ? "" : notes + "\n") + "\n" + flags.map(\.text).joined()
    }

    /// The part of the parser's own description that is needed here.
    private struct Description {
        let name: String
        let arguments: [Argument]

        private struct Dump: Decodable {
            struct Command: Decodable {
                let commandName: String
                let arguments: [Argument]?
            }

            let command: Command
        }

        init<Command: ParsableCommand>(_ command: Command.Type) {
            // The parser gives its description away only as the message of an error.
            var dump: Dump?
            do {
                _ = try command.parseAsRoot(["--experimental-dump-help"])
            } catch {
                dump = try? JSONDecoder().decode(Dump.self, from: Data(command.fullMessage(for: error).utf8))
            }
            name = dump?.command.commandName ?? ""
            arguments = dump?.command.arguments ?? []
        }
    }

    private struct Argument: Decodable {
        enum Kind: String, Decodable {
            case positional, option, flag
        }

        struct Name: Decodable {
            let name: String
        }

        let kind: Kind
        let names: [Name]?
        let valueName: String?
        let defaultValue: String?
        let abstract: String?

        /// nil for what is no flag, and for settings that do not matter to the verb.
        func entry(settings: Set<Setting>) -> HelpEntry? {
            guard kind != .positional, let flag = names?.map(\.name).min(by: { $0.count < $1.count }) else {
                return nil
            }
            if let setting = Setting(rawValue: flag) {
                return settings.contains(setting) ? HelpEntry(setting) : nil
            }
            let isNumber = valueName == "n" || valueName == "id"
            return HelpEntry(
                flag: flag, kind: kind == .flag ? .toggle : isNumber ? .number : .text, summary: abstract ?? "",
                fallback: defaultValue)
        }
    }
}
