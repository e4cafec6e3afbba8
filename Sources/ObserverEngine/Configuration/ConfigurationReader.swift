import Foundation
import Logging

/// Resolves the settings and reports all that are invalid. Contacts no service.
package struct ConfigurationReader {
    var settings: SettingReader
    var descriptor = AppDescriptor()
    var warnings: [String] = []
    var notices: [String] = []

    var sources: SettingSources { settings.sources }

    package init(sources: SettingSources) {
        settings = SettingReader(sources: sources)
    }

    package mutating func read() throws(ConfigurationError) -> Configuration {
        readDescriptor()
        let branch = WatchedBranch(repository: readRepository(), name: readBranch())
        var configuration = Configuration(
            branch: branch,
            gitHub: readGitHub(),
            server: readServer(),
            discovery: DiscoverySettings(
                mesosDNS: settings.url(.mesosDNS) ?? .placeholder,
                registrationDelay: settings.seconds(.registrationDelay, atLeast: 0),
                task: TaskEnvironment(environment: sources.environment)),
            marathon: readMarathon(),
            deployment: DeploymentSettings(
                timeout: settings.seconds(.deployTimeout, atLeast: 1), onFailure: readFailureResponse(),
                target: readTargetKind(), commands: readCommands(), compose: readCompose(), notify: readNotify(),
                drift: readDrift(), rules: readPushRules()),
            state: StateSettings(
                location: stateLocation(of: branch), retention: readRetention()))
        configuration.discovery.usesMesosDNS =
            configuration.deployment.target == .marathon || configuration.discovery.task.isMesosTask
            || sources.given(.mesosDNS) != nil
        configuration.deployment.policy = readPolicy()
        configuration.network = readNetwork()
        configuration.logLevel = readLogLevel()
        configuration.isPlain = sources.flags[.plain] == "true"
        configuration.warnings = warnings
        configuration.notices = notices
        try settings.check()
        return configuration
    }

    /// Reads only the settings that determine the state directory: commands need no token, and their other settings may
    /// be invalid.
    package mutating func readStateLocation() throws(ConfigurationError) -> StateLocation {
        if let named = StateLocation(named: sources) { return named }
        readDescriptor()
        let location = stateLocation(of: WatchedBranch(repository: readRepository(), name: readBranch()))
        try settings.check()
        return location
    }

    /// Reads only the settings that determine how services are reached.
    package mutating func readNetworkSettings() throws(ConfigurationError) -> NetworkSettings {
        let network = readNetwork()
        try settings.check()
        return network
    }

    /// Reads only the settings of the target: a plan of a local directory needs neither token nor repository.
    package mutating func readTarget() throws(ConfigurationError) -> TargetSettings {
        var target = TargetSettings(
            marathon: readMarathon(), mesosDNS: settings.url(.mesosDNS) ?? .placeholder, kind: readTargetKind(),
            commands: readCommands(), compose: readCompose(), timeout: settings.seconds(.deployTimeout, atLeast: 1))
        let owner = sources.given(.owner)?.text ?? ""
        target.repository = sources.given(.repo).map { RepositoryName(owner: owner, name: $0.text) } ?? readRemote()
        target.drift = readDrift()
        try settings.check()
        return target
    }

    private func stateLocation(of branch: WatchedBranch) -> StateLocation {
        StateLocation(named: sources) ?? StateLocation(of: branch, sources: sources)
    }

    mutating func readDescriptor() {
        let path = sources.directory + "/" + AppDescriptor.fileName
        do {
            descriptor = try AppDescriptor(yaml: Data(try BoundedFile.read(path, limit: AppDescriptor.sizeLimit)))
        } catch BoundedFile.Problem.missing {
            return
        } catch let problem as BoundedFile.Problem {
            settings.report(
                "./\(AppDescriptor.fileName)",
                "can't be read: \(problem.reason). Fix it, or start from another directory.")
        } catch {
            settings.report("./\(AppDescriptor.fileName)", "\(error) Fix it, or start from another directory.")
        }
    }

    // MARK: - Network

    private mutating func readNetwork() -> NetworkSettings {
        var network = NetworkSettings()
        var invalid: [ProxyRules.Invalid] = []
        network.proxies = ProxyRules(environment: sources.environment, invalid: &invalid)
        for problem in invalid { settings.report(problem.variable, problem.sentence) }
        let file = sources.given(.caFile).map { (path: settings.path($0.text), source: $0.source) }
        do throws(TrustedAuthorities.Unusable) {
            network.authorities = try TrustedAuthorities(file: file, environment: sources.environment)
        } catch {
            settings.report(error.source, error.sentence)
        }
        return network
    }

    // MARK: - State and log

    private mutating func readRetention() -> Retention {
        guard let found = sources.given(.keep) else { return .standard }
        if let retention = Retention(found.text) { return retention }
        settings.report(found.source, "'\(found.text)' is invalid; expected e.g. 30d,512MiB (minimum 8MiB).")
        return .standard
    }

    private mutating func readLogLevel() -> Logger.Level {
        let found = sources.given(.logLevel)
        switch (found?.text ?? Setting.logLevel.defaultValue)?.lowercased() {
        case "debug": return .debug
        case "info": return .info
        case "warning", "warn": return .warning
        case "error": return .error
        default:
            settings.report(
                found?.source ?? "-log-level", found?.text ?? "", insteadOf: ["debug", "info", "warning", "error"])
            return .debug
        }
    }
}

extension ServiceURL {
    /// Replaces an invalid URL, which is reported; the configuration with it is never used.
    static let placeholder = ServiceURL(host: "invalid", port: 0)
}
