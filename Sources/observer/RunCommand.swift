import ArgumentParser
import Foundation
import Glibc
import ObserverEngine

/// The verb that needs no name: runs an engine.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Watches and deploys.", helpNames: [])

    @OptionGroup var flags: SettingFlags

    @Flag(name: .goStyle("ascii")) var isASCII = false

    @Flag(name: [.customShort("h"), .customLong("help", withSingleDash: true), .customLong("help")])
    var showsHelp = false

    @Flag(name: [.customLong("version", withSingleDash: true), .customLong("version")])
    var showsVersion = false

    func run() async throws {
        if showsHelp { return print(HelpText.text, terminator: "") }
        if showsVersion { return print("dploy observer version \(Version.current)") }
        try await observe()
    }

    private func observe() async throws {
        let environment = ProcessInfo.processInfo.environment
        var reader = ConfigurationReader(
            sources: SettingSources(
                flags: flags.given, environment: environment, directory: FileManager.default.currentDirectoryPath))
        let configuration = try reader.read()
        let state = try StateDirectory(path: configuration.stateDirectory)
        // The lock on the directory is held to the end.
        defer { withExtendedLifetime(state) {} }
        if !configuration.isPlain, Self.hasTerminal(environment) {
            try await InteractiveRun(configuration: configuration, environment: environment, isASCII: isASCII).run()
        } else {
            defer { LineStream.flushStandardStreams() }
            try await Engine(
                configuration: configuration, environment: environment, transcript: .standardOutput,
                log: Log.standardError(for: configuration, environment: environment), stopsOnSignals: true
            ).run()
        }
    }

    private static func hasTerminal(_ environment: [String: String]) -> Bool {
        let isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        return isTerminal && !["", "dumb"].contains(environment["TERM"] ?? "")
    }
}
