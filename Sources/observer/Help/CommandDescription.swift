import ArgumentParser
import Foundation

/// A command as it is declared. Completions, the manual and the hints at mistyped flags are derived from it.
struct CommandDescription {
    /// An argument, or a flag with or without a value.
    struct Parameter {
        enum Kind: String, Decodable {
            case positional, option, flag
        }

        /// Possible values, for completion.
        enum Values: Equatable {
            case any, files, directories
            case words([String])
            /// Printed by a command, one per line, each with a description after a tab.
            case printed(by: String)
        }

        let kind: Kind
        /// Without dashes; the first one is shown.
        let names: [String]
        let valueName: String
        let summary: String
        let values: Values
        let isOptional: Bool
        /// Whether the help shows it. Commands accept more flags than those that matter to them.
        fileprivate(set) var isShown: Bool

        /// `-state`
        var flag: String { "-\(names.first ?? "")" }
    }

    let name: String
    let abstract: String
    let discussion: String
    let usage: String
    let parameters: [Parameter]

    /// - Parameter showsHidden: Whether flags are shown that the parser's own help hides.
    init(_ type: any ParsableCommand.Type, showsHidden: Bool = false) throws {
        let configuration = type.configuration
        name = configuration.commandName ?? ""
        abstract = configuration.abstract
        discussion = configuration.discussion
        usage = configuration.usage ?? "observer \(name)"
        let dump = try JSONDecoder().decode(Dump.self, from: Data(type._dumpHelp().utf8))
        let parameters = (dump.command.arguments ?? []).map { Parameter($0, showsHidden: showsHidden) }
        let names = Set(parameters.flatMap(\.names))
        self.parameters = parameters.map { parameter in
            var parameter = parameter
            // `no-prune` is only the parser's name of `-prune=false`.
            let isInversion = parameter.names.allSatisfy {
                $0.hasPrefix("no-") && names.contains(String($0.dropFirst(3)))
            }
            if isInversion, parameter.kind == .flag { parameter.isShown = false }
            return parameter
        }
    }

    /// The flags that the help shows.
    var flags: [Parameter] { parameters.filter { $0.kind != .positional && $0.isShown } }

    var positionals: [Parameter] { parameters.filter { $0.kind == .positional } }

    /// The parameter of a flag, whether the help shows it or not.
    func flag(named name: some StringProtocol) -> Parameter? {
        parameters.first { $0.kind != .positional && $0.names.contains { $0 == name } }
    }
}

extension CommandDescription.Parameter {
    fileprivate init(_ argument: Dump.Argument, showsHidden: Bool) {
        kind = argument.kind
        // A flag has the same name with one dash and with two.
        names = (argument.names ?? []).map(\.name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        valueName = argument.valueName ?? ""
        summary = argument.abstract ?? ""
        isOptional = argument.isOptional
        isShown = argument.shouldDisplay || showsHidden
        values =
            if let words = argument.completionKind?.list?.values ?? argument.allValues {
                .words(words)
            } else if let command = argument.completionKind?.shellCommand?.command {
                .printed(by: command)
            } else if argument.completionKind?.file != nil {
                .files
            } else if argument.completionKind?.directory != nil {
                .directories
            } else {
                .any
            }
    }
}

/// The parser's own description of a command, as `--experimental-dump-help` prints it.
private struct Dump: Decodable {
    struct Command: Decodable {
        let arguments: [Argument]?
    }

    struct Argument: Decodable {
        struct Name: Decodable {
            let name: String
        }

        struct Completion: Decodable {
            struct Words: Decodable {
                let values: [String]
            }
            struct Place: Decodable {}
            struct ShellCommand: Decodable {
                let command: String
            }

            let list: Words?
            let file: Place?
            let directory: Place?
            let shellCommand: ShellCommand?
        }

        let kind: CommandDescription.Parameter.Kind
        let shouldDisplay: Bool
        let isOptional: Bool
        let names: [Name]?
        let valueName: String?
        let allValues: [String]?
        let completionKind: Completion?
        let abstract: String?
    }

    let command: Command
}
