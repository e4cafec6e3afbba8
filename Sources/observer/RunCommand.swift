import ArgumentParser
import Foundation
import Glibc
import ObserverEngine
import ObserverTUI

/// `observer` without a command: runs an engine, with the dashboard on a terminal.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: RunHelp.abstract, usage: "observer [flags]", helpNames: [])

    /// The help of flags that are not settings.
    enum Summary {
        static let ascii = "draw the dashboard with ASCII characters only"
        static let background =
            "background of the terminal: dark or light; default: from COLORFGBG"
        static let help = "print this help"
        static let version = "print the version"
    }

    @OptionGroup var flags: SettingFlags

    @Flag(name: .goStyle("ascii"), help: .sentence(Summary.ascii))
    var isASCII = false

    @Option(name: .goStyle("background"), help: .sentence(Summary.background, valueName: "string"))
    var background: Theme.Background?

    @Flag(name: .help, help: .sentence(Summary.help))
    var showsHelp = false

    @Flag(
        name: [.customLong("version", withSingleDash: true), .customLong("version"), .customShort("V")],
        help: .sentence(Summary.version))
    var showsVersion = false

    func run() async throws {
        if showsHelp { return print(RunHelp.text, terminator: "") }
        if showsVersion { return print("dploy observer version \(Version.current)") }
        let environment = ProcessInfo.processInfo.environment
        var reader = ConfigurationReader(
            sources: SettingSources(
                flags: flags.given, environment: environment, directory: FileManager.default.currentDirectoryPath))
        var configuration = try reader.read()
        let state = try StateDirectory(path: configuration.state.directory)
        // Keeps the lock on the directory.
        defer { withExtendedLifetime(state) {} }
        if showsDashboard(environment, &configuration) {
            try await runWithDashboard(configuration, environment)
        } else {
            let result = await Self.result {
                try await Engine(
                    configuration: configuration, environment: environment, transcript: .standardOutput,
                    log: Log.standardError(for: configuration, environment: environment), stopsOnSignals: true
                ).run()
            }
            await LineStream.flushStandardStreams()
            try result.get()
        }
    }

    /// Warns if there is a terminal that should be able to show the dashboard.
    private func showsDashboard(_ environment: [String: String], _ configuration: inout Configuration) -> Bool {
        guard !configuration.isPlain else { return false }
        switch TerminalCheck.problem(environment) {
        case nil: return true
        case .notATerminal, .background, .noType, .onlyLines("dumb"): return false
        case let problem?:
            let owner = EngineOwner.thisProcess(socket: configuration.state.location.controlSocket)
            configuration.warnings.append(
                "\(TerminalUnavailable(problem: problem, owner: owner)) The log is printed now.")
            return false
        }
    }

    private static func result(_ body: () async throws -> Void) async -> Result<Void, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    private func runWithDashboard(_ configuration: Configuration, _ environment: [String: String]) async throws {
        let (log, file) = Log.file(for: configuration)
        let result = await Self.result { try await runWithDashboard(configuration, environment, log) }
        await file.flush(within: .seconds(1))
        try result.get()
    }

    /// Runs engine and dashboard in one process; the dashboard is a client of the engine's socket.
    private func runWithDashboard(
        _ configuration: Configuration, _ environment: [String: String], _ log: EngineLog
    ) async throws {
        let engine = try Engine(
            configuration: configuration, environment: environment, transcript: Transcript { _ in },
            log: log, stopsOnSignals: false)
        try await HTTPTransport.with(NetworkSettings()) { http in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await engine.run() }
                group.addTask {
                    guard let socket = try await engine.controlSocket.get() else {
                        throw ObserverServer.ListenFailure(
                            description:
                                "The dashboard needs a control socket. "
                                + "Start with -plain, or choose another directory with -state.")
                    }
                    let connection = RemoteConnection(client: ControlClient(http: http, socket: socket))
                    _ = try await DashboardRunner.run(
                        connection: connection,
                        owner: .thisProcess(socket: configuration.state.location.controlSocket),
                        forcesASCII: isASCII, background: background)
                    engine.stop()
                }
                // When the engine ends, even with an error, the dashboard ends and restores the terminal.
                defer { group.cancelAll() }
                try await group.next()
                try await group.next()
            }
        }
    }
}
