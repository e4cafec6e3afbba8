/// The shells that completion scripts exist for.
enum Shell: String, CaseIterable {
    case bash, zsh, fish
}

/// A script that makes a shell complete the commands and flags of the program.
struct CompletionScript {
    let commandLine: CommandLineDescription

    func text(for shell: Shell) -> String {
        switch shell {
        case .bash: bash
        case .zsh: zsh
        case .fish: fish
        }
    }

    private var run: CommandDescription { commandLine.run }
    private var commands: [CommandDescription] { commandLine.commands }

    /// The values of the first argument of a command.
    private func argument(of command: CommandDescription) -> CommandDescription.Parameter.Values {
        command.positionals.first?.values ?? .words([])
    }

    /// All names of flags with a value, such as `-owner`.
    private var namesWithValue: [String] { flagsWithValue.flatMap(\.names).map { "-\($0)" } }

    /// The flags of all commands with a value; a flag means the same in each of them.
    private var flagsWithValue: [CommandDescription.Parameter] {
        var seen: Set<String> = []
        return ([run] + commands).flatMap(\.flags).filter { $0.kind == .option && seen.insert($0.flag).inserted }
    }
}

// MARK: - bash

extension CompletionScript {
    private var bash: String {
        """
        # Completes observer in bash: source <(observer completion bash)
        _observer() {
            local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
            local command='' flags='' long='' values='' kind=words
            COMPREPLY=()
            # The shell splits -flag=value at the equals sign.
            if [[ $current == = ]]; then
                current=''
            elif [[ $previous == = ]]; then
                previous=${COMP_WORDS[COMP_CWORD - 2]}
            fi
            if ((COMP_CWORD > 1)) && [[ ${COMP_WORDS[1]} != -* ]]; then command=${COMP_WORDS[1]}; fi
            case $command in
        \(([run] + commands).map(bashCase).joined(separator: "\n"))
            esac
            # Only the first argument of a command has known values.
            local index word value=''
            for ((index = 2; index < COMP_CWORD; index++)); do
                word=${COMP_WORDS[index]}
                if [[ $word == = ]]; then
                    value=1
                elif [[ -n $value ]]; then
                    value=''
                else
                    case ${word/#--/-} in
                    \(namesWithValue.joined(separator: " | "))) value=1 ;;
                    -*) ;;
                    *) values='' kind=words ;;
                    esac
                fi
            done
            case ${previous/#--/-} in
        \(flagsWithValue.map(bashValues).joined(separator: "\n"))
            *)
                case $current in
                --*) values=$long kind=words ;;
                -*) values=$flags kind=words ;;
                esac
                ;;
            esac
            local IFS=$' \\t\\n' reply
            while IFS='' read -r reply; do COMPREPLY+=("$reply"); done < <(
                case $kind in
                files) compgen -f -- "$current" ;;
                directories) compgen -d -- "$current" ;;
                words) compgen -W "$values" -- "$current" ;;
                printed) compgen -W "$($values "${COMP_WORDS[@]:1}" 2>/dev/null | cut -f 1)" -- "$current" ;;
                esac
            )
            if [[ $kind != words ]]; then compopt -o filenames; fi
        }
        complete -F _observer observer

        """
    }

    private func bashCase(_ command: CommandDescription) -> String {
        let isRun = command.name == run.name
        let arguments = isRun ? .words(commands.map(\.name)) : argument(of: command)
        let flags = command.flags.map(\.flag).joined(separator: " ")
        let long = command.flags.flatMap(\.names).filter { $0.count > 1 }.map { "--\($0)" }.joined(separator: " ")
        return "    '\(isRun ? "" : command.name)') flags='\(flags)' long='\(long)' \(bashAssignment(arguments)) ;;"
    }

    private func bashValues(_ flag: CommandDescription.Parameter) -> String {
        "    \(flag.names.map { "-\($0)" }.joined(separator: " | "))) \(bashAssignment(flag.values)) ;;"
    }

    private func bashAssignment(_ values: CommandDescription.Parameter.Values) -> String {
        switch values {
        case .any: "values='' kind=words"
        case .files: "kind=files"
        case .directories: "kind=directories"
        case .words(let words): "values='\(words.joined(separator: " "))' kind=words"
        case .printed(let command): "values='\(command)' kind=printed"
        }
    }
}

// MARK: - zsh

extension CompletionScript {
    private var zsh: String {
        """
        #compdef observer
        # Completes observer in zsh: observer completion zsh > "${fpath[1]}/_observer"
        _observer_printed() {
            local -a lines=("${(@f)$("$@" "${words[@]}" 2>/dev/null)}")
            lines=("${(@)lines//:/\\:}")
            lines=("${(@)lines/$'\t'/:}")
            [[ -n $lines ]] && _describe -V id lines
        }
        _observer() {
            local -a commands=(
        \(commands.map { "        \(Self.quoted("\($0.name):\($0.abstract)"))" }.joined(separator: "\n"))
            )
            if (( CURRENT == 2 )) && [[ ${words[2]} != -* ]]; then
                _describe -t commands command commands
                return
            fi
            local command=
            if [[ ${words[2]} != -* ]]; then
                command=${words[2]}
                shift words
                (( CURRENT-- ))
            fi
            case $command in
        \(([run] + commands).map(zshCase).joined(separator: "\n"))
            esac
        }
        if [[ ${funcstack[1]} == _observer ]]; then _observer "$@"; else compdef _observer observer; fi

        """
    }

    private func zshCase(_ command: CommandDescription) -> String {
        let isRun = command.name == run.name
        let flags = command.flags.map { "            \(zshFlag($0)) \\\n" }.joined()
        let values = isRun ? .words([]) : argument(of: command)
        let name = isRun ? "" : command.positionals.first?.valueName ?? ""
        return """
                '\(isRun ? "" : command.name)')
                    _arguments \\
            \(flags)            \(Self.quoted("1:\(name):\(zshAction(values))"))
                    ;;
            """
    }

    private func zshFlag(_ flag: CommandDescription.Parameter) -> String {
        let spellings = flag.names.flatMap { $0.count == 1 ? ["-\($0)"] : ["-\($0)", "--\($0)"] }
        let isOption = flag.kind == .option
        let text = flag.summary.replacing("\\", with: "\\\\").replacing("[", with: "\\[").replacing("]", with: "\\]")
            .replacing(":", with: "\\:")
        let value = isOption ? ":\(flag.valueName):\(zshAction(flag.values))" : ""
        let alternatives = spellings.map { isOption ? "\($0)=" : $0 }.joined(separator: ",")
        return "'(\(spellings.joined(separator: " ")))'{\(alternatives)}" + Self.quoted("[\(text)]\(value)")
    }

    private func zshAction(_ values: CommandDescription.Parameter.Values) -> String {
        switch values {
        case .any: " "
        case .files: "_files"
        case .directories: "_files -/"
        case .words(let words): words.isEmpty ? " " : "(\(words.joined(separator: " ")))"
        case .printed(let command): "{_observer_printed \(command)}"
        }
    }

    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}

// MARK: - fish

extension CompletionScript {
    private var fish: String {
        """
        # Completes observer in fish: observer completion fish > ~/.config/fish/completions/observer.fish
        function __observer_command
            set -l words (commandline -opc)
            if set -q words[2]; and not string match -q -- '-*' $words[2]
                echo $words[2]
            end
        end
        function __observer_is
            set -l command (__observer_command)
            test "$command" = "$argv[1]"
        end
        # Whether the first argument of a command is still to come.
        function __observer_awaits
            __observer_is $argv[1]; or return 1
            set -l words (commandline -opc)
            set -e words[1..2]
            set -l value
            for word in $words
                if test -n "$value"
                    set value
                    continue
                end
                switch $word
                    case \(namesWithValue.flatMap { [$0, "-\($0)"] }.joined(separator: " "))
                        set value 1
                    case '-*'
                    case '*'
                        return 1
                end
            end
            return 0
        end
        function __observer_first
            test (count (commandline -opc)) -eq 1
        end
        complete -c observer -f
        \(commands.map(fishCommand).joined(separator: "\n"))
        \(([run] + commands).flatMap(fishFlags).joined(separator: "\n"))

        """
    }

    private func fishCommand(_ command: CommandDescription) -> String {
        let offer =
            "complete -c observer -n __observer_first -a \(command.name) -d \(Self.fishQuoted(command.abstract))"
        let values: String
        switch argument(of: command) {
        case .words(let words) where !words.isEmpty: values = words.joined(separator: " ")
        case .printed(let command): values = "(\(command) (commandline -opc)[2..-1] 2>/dev/null)"
        case .directories: values = "(__fish_complete_directories (commandline -ct))"
        default: return offer
        }
        return offer + "\ncomplete -c observer -n '__observer_awaits \(command.name)' -k -a '\(values)'"
    }

    private func fishFlags(of command: CommandDescription) -> [String] {
        let condition = command.name == run.name ? "__observer_is \"\"" : "__observer_is \(command.name)"
        return command.flags.map { flag in
            let names = flag.names.map { $0.count == 1 ? "-s \($0)" : "-o \($0) -l \($0)" }.joined(separator: " ")
            let values =
                switch (flag.kind, flag.values) {
                case (.option, .files): " -r -F"
                case (.option, .directories): " -x -a '(__fish_complete_directories (commandline -ct))'"
                case (.option, .words(let words)): " -x -a '\(words.joined(separator: " "))'"
                case (.option, .printed(let command)): " -x -a '(\(command) 2>/dev/null)'"
                case (.option, .any): " -x"
                default: ""
                }
            return "complete -c observer -n '\(condition)' \(names)\(values) -d \(Self.fishQuoted(flag.summary))"
        }
    }

    private static func fishQuoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
