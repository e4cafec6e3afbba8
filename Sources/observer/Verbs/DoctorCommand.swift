import ArgumentParser
import AsyncHTTPClient
import Foundation
import ObserverEngine

struct DoctorCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Checks everything that an observer depends on, and says what to do.",
        discussion: "It needs no observer that runs, and changes nothing. The status is 1 where a check fails.",
        helpNames: [])

    static var settingsInHelp: Set<Setting> { Set(Setting.allCases) }

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags
    @OptionGroup var help: HelpFlag

    func perform() async throws {
        let report = DoctorReport(findings: try await findings())
        try output.write(report)
        try report.check()
    }

    private func findings() async throws -> [Finding] {
        var reader = ConfigurationReader(
            sources: SettingSources(
                flags: engine.settings.given, environment: ProcessInfo.processInfo.environment,
                directory: FileManager.default.currentDirectoryPath))
        let configuration: Result<Configuration, ConfigurationError> = Result { () throws(ConfigurationError) in
            try reader.read()
        }
        let place: EnginePlace?
        do {
            place = try engine.place()
        } catch is EnginePlace.Unknown {
            place = nil
        }
        return try await engine.withHTTPClient { http in
            try await Doctor(
                configuration: configuration, http: http,
                observer: place.map { .init(client: $0.client(http: http), place: $0.description) }
            ).run()
        }
    }
}
