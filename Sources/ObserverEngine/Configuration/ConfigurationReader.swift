import Foundation
import Logging

/// Resolves the settings and collects everything that is wrong with them. Contacts nobody.
package struct ConfigurationReader {
    let sources: SettingSources
    private var problems: [ConfigurationError.Problem] = []
    var warnings: [String] = []
    private var descriptor = AppDescriptor()
    var accessTokenFile: String?

    package init(sources: SettingSources) {
        self.sources = sources
    }

    /// - Throws: Every problem at once.
    package mutating func read() throws(ConfigurationError) -> Configuration {
        readDescriptor()
        let task = TaskEnvironment(environment: sources.environment)
        let branch = WatchedBranch(repository: readRepository(), name: readBranch())
        let accessToken = readAccessToken()
        let configuration = Configuration(
            branch: branch,
            accessToken: accessToken,
            accessTokenFile: accessTokenFile,
            publicNode: readPublicNode(),
            publicURL: url(.publicURL),
            listen: readListenAddress(),
            tls: readTLSFiles(),
            takesGitHubAddressesOnly: isOn(.gitHubAddressesOnly, whenVariableSays: "on"),
            trustedProxies: readTrustedProxies(),
            gitHubAPI: url(.gitHubAPI) ?? .placeholder,
            mesosDNS: url(.mesosDNS) ?? .placeholder,
            marathon: url(.marathon),
            marathonCredentials: readMarathonCredentials(),
            registrationDelay: .seconds(number(.registrationDelay, atLeast: 0)),
            deployTimeout: .seconds(number(.deployTimeout, atLeast: 1)),
            onFailure: readFailureResponse(),
            retention: readRetention(),
            notify: readNotify(),
            pollInterval: .seconds(number(.poll, atLeast: 0)),
            reviewInterval: .seconds(number(.review, atLeast: 0)),
            deployCommand: sources.given(.deployCommand)?.text,
            webhookSecret: sources.given(.webhookSecret).map { Secret($0.text) },
            adminToken: readAdminToken(),
            stateDirectory: stateLocation(of: branch).path,
            logLevel: readLogLevel(),
            reportsCommitStatus: !isOn(.noCommitStatus, whenVariableSays: "off"),
            prunes: isOn(.prune, whenVariableSays: "on"),
            isPlain: sources.flags[.plain] == "true",
            task: task,
            warnings: warnings)
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        return configuration
    }

    /// Only what leads to the state directory: a verb needs no token, and no other setting has to be right for it.
    /// - Throws: Every problem of these settings at once.
    package mutating func readStateLocation() throws(ConfigurationError) -> StateLocation {
        if let named = StateLocation(named: sources) { return named }
        readDescriptor()
        let location = stateLocation(of: WatchedBranch(repository: readRepository(), name: readBranch()))
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        return location
    }

    private func stateLocation(of branch: WatchedBranch) -> StateLocation {
        StateLocation(named: sources) ?? StateLocation(of: branch, sources: sources)
    }

    // MARK: - Files of the working directory

    private mutating func readDescriptor() {
        let path = sources.directory + "/" + AppDescriptor.fileName
        guard let content = FileManager.default.contents(atPath: path) else {
            if FileManager.default.fileExists(atPath: path) {
                report("./\(AppDescriptor.fileName)", "can't be read. Mend it, or start in another directory.")
            }
            return
        }
        do {
            descriptor = try AppDescriptor(yaml: content)
        } catch {
            report("./\(AppDescriptor.fileName)", "\(error) Mend it, or start in another directory.")
        }
    }

    // MARK: - One setting each

    private mutating func readRepository() -> RepositoryName {
        let fromDescriptor = descriptor.repositoryURL.flatMap(RepositoryName.init(url:))
        if let url = descriptor.repositoryURL, fromDescriptor == nil {
            report(
                "repo_url in ./dploy.app",
                "'\(url.maskedAddress)' is not an address like https://github.com/OWNER/REPO.")
        }
        let owner = name(
            .owner, fallback: fromDescriptor?.owner, example: "mhausenblas",
            allowed: #/[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?/#)
        let repo = name(.repo, fallback: fromDescriptor?.name, example: "dploy", allowed: #/[A-Za-z0-9._-]+/#)
        return RepositoryName(owner: owner, name: repo)
    }

    private mutating func name(
        _ setting: Setting, fallback: String?, example: String, allowed: Regex<Substring>
    ) -> String {
        let found =
            sources.given(setting)
            ?? fallback.map { SettingSources.Found(text: $0, source: "repo_url in ./dploy.app") }
        guard let found else {
            report(
                SettingSources.places(of: setting),
                "the GitHub \(setting.rawValue) is missing, for example '\(example)'; "
                    + "it may also come from repo_url in ./dploy.app.")
            return ""
        }
        if found.text.wholeMatch(of: allowed) == nil || found.text == "." || found.text == ".." {
            report(
                found.source,
                "'\(found.text)' can't be a GitHub \(setting.rawValue); give its bare name, "
                    + "for example '\(example)'.")
        }
        return found.text
    }

    private mutating func readBranch() -> String {
        let found =
            sources.given(.branch)
            ?? descriptor.triggerBranch.map { SettingSources.Found(text: $0, source: "trigger_branch in ./dploy.app") }
        guard let found else { return Setting.branch.defaultValue ?? "" }
        if let flaw = BranchName.flaw(in: found.text) {
            report(found.source, "'\(found.text)' can't be a branch: \(flaw).")
        }
        return found.text
    }

    private mutating func readPublicNode() -> String? {
        let found =
            sources.given(.publicNode)
            ?? descriptor.publicNode.map { SettingSources.Found(text: $0, source: "public_node in ./dploy.app") }
        guard let found else { return nil }
        let host =
            found.text.hasPrefix("[") && found.text.hasSuffix("]")
            ? String(found.text.dropFirst().dropLast()) : found.text
        // An address with a port has but one colon.
        let isAddress6 =
            host.filter { $0 == ":" }.count > 1 && host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        if !isAddress6, host.wholeMatch(of: #/[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?/#) == nil {
            report(
                found.source,
                "'\(found.text)' is not a bare IP address or host name; "
                    + "leave out scheme and port, or give the whole address as -public-url.")
        }
        return host
    }

    private mutating func readMarathonCredentials() -> MarathonCredentials {
        let user = sources.given(.marathonUser)
        let password = sources.given(.marathonPassword)
        let token = sources.given(.marathonToken)
        switch (user, password, token) {
        case (nil, nil, nil): return .none
        case (nil, nil, let token?): return .token(Secret(token.text))
        case (let user?, let password?, nil): return .basic(user: user.text, password: Secret(password.text))
        case (_, _, .some):
            report("DPLOY_MARATHON_TOKEN", "is set together with a user or password; Marathon takes only one of them.")
        case (.some, nil, nil):
            report("DPLOY_MARATHON_USER", "is set without DPLOY_MARATHON_PASSWORD; set both or none.")
        case (nil, .some, nil):
            report("DPLOY_MARATHON_PASSWORD", "is set without DPLOY_MARATHON_USER; set both or none.")
        }
        return .none
    }

    private mutating func readAdminToken() -> Secret? {
        guard let found = sources.given(.adminToken) else { return nil }
        if found.text.count < 16 {
            report(found.source, "is shorter than 16 characters; whoever guesses it deploys what they like.")
        }
        return Secret(found.text)
    }

    private mutating func readFailureResponse() -> FailureResponse {
        let found = sources.given(.onFailure)
        if let response = FailureResponse(rawValue: found?.text.lowercased() ?? "rollback") { return response }
        report(found?.source ?? "-on-failure", "'\(found?.text ?? "")' is neither rollback nor leave.")
        return .rollback
    }

    private mutating func readRetention() -> Retention {
        guard let found = sources.given(.keep) else { return .standard }
        if let retention = Retention(found.text) { return retention }
        report(found.source, "'\(found.text)' is not like 30d,512MiB: days, and mebibytes of at least 8.")
        return .standard
    }

    private mutating func readNotify() -> NotifyAddress? {
        guard let found = sources.given(.notify) else { return nil }
        let address = NotifyAddress(found.text)
        if address == nil { report(found.source, "is not an address like https://host/path.") }
        return address
    }

    private mutating func readLogLevel() -> Logger.Level {
        let found = sources.given(.logLevel)
        switch (found?.text ?? Setting.logLevel.defaultValue)?.lowercased() {
        case "debug": return .debug
        case "info": return .info
        case "warning", "warn": return .warning
        case "error": return .error
        default:
            report(found?.source ?? "-log-level", "'\(found?.text ?? "")' is none of debug, info, warning, error.")
            return .debug
        }
    }

    // MARK: - Kinds of settings

    private mutating func url(_ setting: Setting) -> ServiceURL? {
        let found = sources.given(setting)
        guard let text = found?.text ?? setting.defaultValue else { return nil }
        do {
            return try ServiceURL(text)
        } catch {
            report(found?.source ?? "", "'\(text.maskedAddress)' \(error).")
            return nil
        }
    }

    private mutating func number(_ setting: Setting, atLeast minimum: Int) -> Int {
        let found = sources.given(setting)
        let text = found?.text ?? setting.defaultValue ?? ""
        // A week is more than anybody means, and keeps the arithmetic of deadlines far from its limits.
        if let value = Int(text), (minimum...604_800).contains(value) { return value }
        report(found?.source ?? "", "'\(text)' is not a whole number of seconds from \(minimum) to 604800.")
        return minimum
    }

    private mutating func isOn(_ setting: Setting, whenVariableSays word: String) -> Bool {
        if let flag = sources.flags[setting] { return flag == "true" }
        guard let variable = setting.environmentVariable, let text = sources.environment[variable], !text.isEmpty
        else { return false }
        switch text.lowercased() {
        case "on", "true", "1", "yes": return word == "on"
        case "off", "false", "0", "no": return word == "off"
        default:
            report(variable, "'\(text)' is neither on nor off.")
            return false
        }
    }

    mutating func report(_ source: String, _ sentence: String) {
        problems.append(.init(source: source, sentence: sentence))
    }
}

extension ServiceURL {
    /// Stands in for an address that was reported as wrong; the configuration that holds it is never used.
    fileprivate static let placeholder = ServiceURL(host: "invalid", port: 0)
}
