import ArgumentParser
import ObserverEngine

/// A command beside the run: a client of the control API of an observer that runs.
protocol Verb: AsyncParsableCommand {
    /// The settings that matter to it.
    static var settingsInHelp: Set<Setting> { get }
    var help: HelpFlag { get }
    func perform() async throws
}

extension Verb {
    static var settingsInHelp: Set<Setting> { SettingFlags.leadingToState }

    func run() async throws {
        if help.isAsked { return print(VerbHelp.text(of: Self.self), terminator: "") }
        try await perform()
    }
}
