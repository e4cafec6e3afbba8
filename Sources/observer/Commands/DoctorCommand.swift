import ArgumentParser
import Foundation
import ObserverEngine

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "doctor", abstract: "Check everything the observer depends on and suggest fixes.",
        discussion: "Needs no running observer and changes nothing. Exits with status 1 if a check fails.")

    @OptionGroup var address: AddressFlags
    @OptionGroup var settings: SettingFlags
    @OptionGroup var output: OutputFlags

    func run() async throws {
        let report = DoctorReport(findings: try await Self.findings(address, flags: settings.given))
        try output.write(report)
        try report.check()
    }

    static func findings(
        _ address: AddressFlags? = nil, flags: [Setting: String]
    ) async throws -> [Finding] {
        let sources = SettingSources(
            flags: flags, environment: ProcessInfo.processInfo.environment,
            directory: FileManager.default.currentDirectoryPath)
        var reader = ConfigurationReader(sources: sources)
        var networkReader = ConfigurationReader(sources: sources)
        let configuration: Result<Configuration, ConfigurationError> = Result { () throws(ConfigurationError) in
            try reader.read()
        }
        let endpoint: EngineEndpoint?
        do {
            endpoint = try EngineEndpoint(try address ?? AddressFlags.parse([]), settings: flags)
        } catch is EngineEndpoint.Unknown {
            endpoint = nil
        }
        // Invalid network settings are among the findings.
        let network = (try? networkReader.readNetworkSettings()) ?? NetworkSettings()
        return try await HTTPTransport.with(network) { http in
            try await Doctor(
                configuration: configuration, environment: sources.environment, http: http,
                observer: endpoint.map { .init(client: $0.client(http: http), place: $0.description) }
            ).run().map { $0.hinting(atComposeIn: sources.directory) }
        }
    }
}

extension Finding {
    /// Without a target, the settings lead to Marathon, also in the clone of a project for Compose.
    func hinting(atComposeIn directory: String) -> Finding {
        guard check == .marathon, verdict != .ok, let file = SpecReader.composeFile(in: directory),
            !FileManager.default.fileExists(atPath: "\(directory)/\(SpecReader.directory)")
        else { return self }
        let hint = "There is a \(file): add -target compose."
        return Finding(check, verdict, text, remedy: [remedy, hint].compactMap(\.self).joined(separator: " "))
    }
}

/// One line for each check.
struct DoctorReport: Report {
    /// At least one check failed.
    struct Failed: Error, CustomStringConvertible {
        let count: Int

        var description: String { count == 1 ? "1 check failed." : "\(count) checks failed." }
    }

    let findings: [Finding]

    func encode(to encoder: any Encoder) throws {
        try findings.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        let width = Finding.Check.allCases.map(\.rawValue.count).max() ?? 0
        return findings.map { finding in
            let name = finding.check.rawValue
            let padding = String(repeating: " ", count: width - name.count)
            let text = [finding.text, finding.remedy].compactMap(\.self).joined(separator: " ")
            return "\(style.paint(finding.verdict.sign, finding.verdict.tint))  \(name)\(padding)  \(text.printable)"
        }
    }

    /// - Throws: `Failed`
    func check() throws {
        let count = findings.count { $0.verdict == .failure }
        if count > 0 { throw Failed(count: count) }
    }
}

extension Finding.Verdict {
    /// Equally wide for every verdict.
    fileprivate var sign: String {
        switch self {
        case .ok: "ok  "
        case .warning: "warn"
        case .failure: "fail"
        }
    }

    fileprivate var tint: Tint {
        switch self {
        case .ok: .good
        case .warning: .caution
        case .failure: .bad
        }
    }
}
