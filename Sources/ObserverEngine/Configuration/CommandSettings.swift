/// The shell commands of the target `command`.
package struct CommandSettings: Equatable, Sendable {
    /// Deploys the tree.
    package var deploy: String
    /// Shows what `deploy` would change: exit status 0 for nothing, 2 for changes.
    package var plan: String?
    /// Succeeds once what was deployed is healthy.
    package var health: String?
    /// Restores what ran before; nil deploys the tree of the last success.
    package var rollback: String?
    /// Runs before `deploy`.
    package var before: String?
    /// Runs once what was deployed is healthy.
    package var after: String?

    package init(deploy: String) {
        self.deploy = deploy
    }
}

extension ConfigurationReader {
    /// nil without a deploy command.
    mutating func readCommands() -> CommandSettings? {
        let others: [(Setting, WritableKeyPath<CommandSettings, String?>)] = [
            (.planCommand, \.plan), (.healthCommand, \.health), (.rollbackCommand, \.rollback),
            (.beforeCommand, \.before), (.afterCommand, \.after),
        ]
        var commands = CommandSettings(deploy: settings.text(.deployCommand) ?? "")
        for (setting, path) in others {
            commands[keyPath: path] = settings.text(setting)
            if commands.deploy.isEmpty, let found = sources.given(setting) {
                settings.report(found.source, "requires -deploy-command.")
            }
        }
        return commands.deploy.isEmpty ? nil : commands
    }
}
