import Foundation
import Logging

/// Resolves the settings and reports all that are invalid. Contacts no service.
package struct ConfigurationReader {
    private var settings: SettingReader
    private var descriptor = AppDescriptor()
    private var warnings: [String] = []
    private var notices: [String] = []

    private var sources: SettingSources { settings.sources }

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
                command: settings.text(.deployCommand), notify: readNotify(), drift: readDrift()),
            state: StateSettings(
                location: stateLocation(of: branch), retention: readRetention()))
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

    /// Reads only the settings that lead to the target: a plan of a local directory needs neither token nor repository.
    package mutating func readTarget() throws(ConfigurationError) -> TargetSettings {
        let target = TargetSettings(
            marathon: readMarathon(), mesosDNS: settings.url(.mesosDNS) ?? .placeholder,
            command: settings.text(.deployCommand), timeout: settings.seconds(.deployTimeout, atLeast: 1))
        try settings.check()
        return target
    }

    private func stateLocation(of branch: WatchedBranch) -> StateLocation {
        StateLocation(named: sources) ?? StateLocation(of: branch, sources: sources)
    }

    private mutating func readDescriptor() {
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

    // MARK: - Repository and branch

    private mutating func readRepository() -> RepositoryName {
        let fromDescriptor = readRepositoryURL()
        let source = fromDescriptor == nil ? "the git remote 'origin'" : "repo_url in ./dploy.app"
        let fallback = fromDescriptor ?? readRemote()
        let owner = name(
            .owner, fallback: fallback.map { .init(text: $0.owner, source: source) }, example: "mhausenblas",
            // Accounts from before 2014 may begin or end with a hyphen.
            allowed: #/[A-Za-z0-9_-]+/#)
        let repo = name(
            .repo, fallback: fallback.map { .init(text: $0.name, source: source) }, example: "dploy",
            allowed: #/[A-Za-z0-9._-]+/#)
        let repository = RepositoryName(owner: owner, name: repo)
        if let fromDescriptor { checkMixture(repository, fromDescriptor) }
        return repository
    }

    private mutating func readRepositoryURL() -> RepositoryName? {
        guard let text = descriptor.repositoryURL else { return nil }
        guard let url = RepositoryURL(text) else {
            settings.report(
                "repo_url in ./dploy.app",
                "'\(text.maskedAddress)' is not a URL like \(website)/OWNER/REPO.")
            return nil
        }
        if let website = try? ServiceURL(website), !url.isHosted(at: website) {
            settings.report(
                "repo_url in ./dploy.app",
                "'\(text.maskedAddress)' is not at \(website). Set repo_url to a repository there, "
                    + "or -github-api to the API of \(url.host).")
        }
        return url.repository
    }

    /// Half of the name from the settings and half from the descriptor would be a third repository.
    private mutating func checkMixture(_ repository: RepositoryName, _ fromDescriptor: RepositoryName) {
        guard !repository.isSame(as: fromDescriptor) else { return }
        let (owner, repo) = (sources.given(.owner), sources.given(.repo))
        switch (owner, repo) {
        case (let owner?, nil):
            settings.report(
                owner.source,
                "'\(owner.text)' contradicts repo_url in ./dploy.app (\(fromDescriptor)). "
                    + "Set -repo as well, or remove \(owner.source).")
        case (nil, let repo?):
            settings.report(
                repo.source,
                "'\(repo.text)' contradicts repo_url in ./dploy.app (\(fromDescriptor)). "
                    + "Set -owner as well, or remove \(repo.source).")
        default: break
        }
    }

    /// The website of the configured GitHub; for an invalid address, which is reported elsewhere, that of the default.
    private var website: String {
        let api = sources.given(.gitHubAPI)?.text ?? Setting.gitHubAPI.defaultValue ?? ""
        return (try? ServiceURL(api))?.gitHubWebURL ?? "https://github.com"
    }

    /// The repository of the clone in the working directory, if nothing else names one. The branch is never taken from a
    /// clone: its default has to stay the same everywhere.
    private mutating func readRemote() -> RepositoryName? {
        let isNamed = [Setting.owner, .repo].contains { sources.given($0) != nil } || descriptor.repositoryURL != nil
        let api = sources.given(.gitHubAPI)?.text ?? Setting.gitHubAPI.defaultValue ?? ""
        guard !isNamed, let host = (try? ServiceURL(api))?.host else { return nil }
        let remote = GitRemote(in: sources.directory, host: host == "api.github.com" ? "github.com" : host)
        if let remote {
            notices.append("Repository \(remote.repository) is the git remote 'origin' of \(sources.directory)")
        }
        return remote?.repository
    }

    private mutating func name(
        _ setting: Setting, fallback: SettingSources.Found?, example: String, allowed: Regex<Substring>
    ) -> String {
        guard let found = sources.given(setting) ?? fallback else {
            settings.report(
                SettingSources.places(of: setting),
                "the GitHub \(setting.rawValue) is missing, for example '\(example)'; "
                    + "repo_url in ./dploy.app or the remote of a git clone can also provide it.", isMissing: true)
            return ""
        }
        if found.text.wholeMatch(of: allowed) == nil || found.text == "." || found.text == ".." {
            settings.report(
                found.source,
                "'\(found.text)' is not a GitHub \(setting.rawValue); use the bare name, "
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
            settings.report(found.source, "'\(found.text)' is not a valid branch name: \(flaw).")
        }
        return found.text
    }

    // MARK: - GitHub

    private mutating func readGitHub() -> GitHubSettings {
        let (token, file) = readAccessToken()
        return GitHubSettings(
            api: settings.url(.gitHubAPI) ?? .placeholder, accessToken: token, accessTokenFile: file,
            webhookSecret: readSecret(.webhookSecret),
            reportsCommitStatus: !settings.isOn(.noCommitStatus, ifVariableIs: "off"),
            pollInterval: settings.seconds(.poll, atLeast: 0), reviewInterval: settings.seconds(.review, atLeast: 0))
    }

    /// The token, and the file that it was read from.
    private mutating func readAccessToken() -> (Secret, file: String?) {
        if let given = sources.given(.pat) { return (checkedToken(given.text, source: given.source), nil) }
        let file = sources.given(.patFile)
        let name = file?.text ?? Setting.patFile.defaultValue ?? ""
        let path = settings.path(name)
        let content: [UInt8]
        do throws(BoundedFile.Problem) {
            content = try PersonalAccessToken.content(ofFile: path)
        } catch .missing where file == nil {
            settings.report(
                SettingSources.places(of: .pat),
                "no personal access token, and no file .pat in \(sources.directory). "
                    + "Create one at \(website)/settings/tokens (classic: scope repo; fine-grained: "
                    + "contents read, webhooks and commit statuses read and write).", isMissing: true)
            return (Secret(""), nil)
        } catch {
            settings.report(
                file?.source ?? SettingSources.places(of: .patFile),
                "can't read the file \(name): \(error.reason). Put the personal access token there, "
                    + "or set DPLOY_OBSERVER_GITHUB_PAT.")
            return (Secret(""), nil)
        }
        warnIfReadableByOthers(path: path, name: name)
        let text = String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return (checkedToken(text, source: file.map { "\($0.source) (\(name))" } ?? "the file \(name)"), path)
    }

    private mutating func checkedToken(_ text: String, source: String) -> Secret {
        if let flaw = PersonalAccessToken.flaw(in: text) { settings.report(source, flaw) }
        return Secret(text)
    }

    private mutating func warnIfReadableByOthers(path: String, name: String) {
        let mode = (try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int) ?? 0
        if mode & 0o077 != 0 {
            warnings.append(
                "The file \(name) contains a token and is readable by other users; run: chmod 600 \(name)")
        }
    }

    /// A secret that is long enough to be removed from everything that is shown: a shorter one would be part of ordinary words.
    private mutating func readSecret(_ setting: Setting) -> Secret? {
        let secret = settings.secret(setting)
        if let secret, let found = sources.given(setting) { checkLength(of: secret.value, source: found.source) }
        return secret
    }

    private mutating func checkLength(of secret: String, source: String) {
        guard secret.utf8.count < Redactor.shortest else { return }
        settings.report(
            source,
            "is shorter than \(Redactor.shortest) characters, too short to be kept out of logs; use a longer one.")
    }

    // MARK: - Server

    private mutating func readServer() -> ServerSettings {
        ServerSettings(
            listen: readListenAddress(), tls: readTLSFiles(),
            allowsOnlyGitHub: settings.isOn(.gitHubAddressesOnly, ifVariableIs: "on"),
            trustedProxies: readTrustedProxies(), adminToken: readAdminToken(), publicNode: readPublicNode(),
            publicURL: settings.url(.publicURL))
    }

    private mutating func readListenAddress() -> ListenAddress {
        let found = sources.given(.listen)
        let text = found?.text ?? Setting.listen.defaultValue ?? ""
        if let address = ListenAddress(text) { return address }
        settings.report(found?.source ?? "-listen", "'\(text)' is not HOST:PORT, for example 0.0.0.0:8888.")
        return ListenAddress(host: "", port: 0)
    }

    private mutating func readTLSFiles() -> TLSFiles? {
        let certificate = sources.given(.tlsCertificate)
        let key = sources.given(.tlsKey)
        switch (certificate, key) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            return TLSFiles(certificate: settings.path(certificate.text), key: settings.path(key.text))
        case (let certificate?, nil): settings.report(certificate.source, "requires -tls-key; set both or neither.")
        case (nil, let key?): settings.report(key.source, "requires -tls-cert; set both or neither.")
        }
        return nil
    }

    private mutating func readTrustedProxies() -> [AddressRange] {
        guard let found = sources.given(.trustedProxy) else { return [] }
        var ranges: [AddressRange] = []
        for text in found.text.split(separator: ",") {
            let text = text.trimmingPrefix(while: \.isWhitespace).prefix { !$0.isWhitespace }
            if let range = AddressRange(text) {
                ranges.append(range)
            } else {
                settings.report(found.source, "'\(text)' is not an IP address or CIDR range, e.g. 10.0.0.0/8.")
            }
        }
        return ranges
    }

    private mutating func readPublicNode() -> String? {
        let found =
            sources.given(.publicNode)
            ?? descriptor.publicNode.map { SettingSources.Found(text: $0, source: "public_node in ./dploy.app") }
        guard let found else { return nil }
        let host =
            found.text.hasPrefix("[") && found.text.hasSuffix("]")
            ? String(found.text.dropFirst().dropLast()) : found.text
        // HOST:PORT has only one colon.
        let isAddress6 =
            host.filter { $0 == ":" }.count > 1 && host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        if !isAddress6, host.wholeMatch(of: #/[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?/#) == nil {
            settings.report(
                found.source,
                "'\(found.text)' is not a bare IP address or host name; "
                    + "remove scheme and port, or use -public-url for a complete URL.")
        }
        return host
    }

    private mutating func readAdminToken() -> Secret? {
        let token = settings.secret(.adminToken)
        if let token, token.value.count < 16 {
            settings.report(
                SettingSources.places(of: .adminToken),
                "is shorter than 16 characters; use at least 32 random characters.")
        }
        return token
    }

    // MARK: - Marathon and deployments

    private mutating func readMarathon() -> MarathonSettings {
        MarathonSettings(
            url: settings.url(.marathon), credentials: readMarathonCredentials(),
            credentialFiles: marathonCredentialFiles, prunes: settings.isOn(.prune, ifVariableIs: "on"))
    }

    private mutating func readMarathonCredentials() -> MarathonCredentials {
        let user = readCredential(.marathonUser, file: .marathonUserFile)
        let password = readCredential(.marathonPassword, file: .marathonPasswordFile)
        let token = readCredential(.marathonToken, file: .marathonTokenFile)
        if let user, user.value.contains(":") {
            settings.report("DPLOY_MARATHON_USER", "contains a colon, which basic authentication does not allow.")
        }
        switch (user, password, token) {
        case (nil, nil, nil): return .none
        case (nil, nil, let token?): return .token(token)
        case (let user?, let password?, nil): return .basic(user: user.value, password: password)
        case (_, _, .some):
            settings.report("DPLOY_MARATHON_TOKEN", "is set together with a user or password; use only one of them.")
        case (.some, nil, nil):
            settings.report("DPLOY_MARATHON_USER", "requires DPLOY_MARATHON_PASSWORD; set both or neither.")
        case (nil, .some, nil):
            settings.report("DPLOY_MARATHON_PASSWORD", "requires DPLOY_MARATHON_USER; set both or neither.")
        }
        return .none
    }

    /// The value of a variable, or the content of the file that another variable names.
    private mutating func readCredential(_ setting: Setting, file: Setting) -> Secret? {
        // A user is not a secret.
        let mayBeShort = setting == .marathonUser
        guard let named = sources.given(file) else {
            return mayBeShort ? settings.secret(setting) : readSecret(setting)
        }
        if let direct = sources.given(setting) {
            settings.report(named.source, "is set together with \(direct.source); use only one of them.")
        }
        guard let text = MarathonCredentialFiles.content(of: settings.path(named.text)) else {
            settings.report(named.source, "the file \(named.text) is empty or can't be read.")
            // The other half of the credentials is not to be reported as missing.
            return Secret("-")
        }
        if let flaw = SecretText.flaw(in: text) { settings.report(named.source, flaw) }
        if !mayBeShort { checkLength(of: text, source: named.source) }
        return Secret(text)
    }

    private var marathonCredentialFiles: MarathonCredentialFiles? {
        let path = { (setting: Setting) in sources.given(setting).map { settings.path($0.text) } }
        let files = MarathonCredentialFiles(
            user: path(.marathonUserFile), password: path(.marathonPasswordFile), token: path(.marathonTokenFile))
        return files == MarathonCredentialFiles() ? nil : files
    }

    private mutating func readFailureResponse() -> FailureResponse {
        let found = sources.given(.onFailure)
        if let response = FailureResponse(rawValue: found?.text.lowercased() ?? "rollback") { return response }
        settings.report(found?.source ?? "-on-failure", "'\(found?.text ?? "")' must be 'rollback' or 'leave'.")
        return .rollback
    }

    private mutating func readDrift() -> DriftPolicy {
        var policy = DriftPolicy()
        if let found = sources.given(.drift) {
            let response = DriftPolicy.Response(rawValue: found.text.lowercased())
            if response == nil {
                let known = DriftPolicy.Response.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or ")
                settings.report(found.source, "'\(found.text)' must be \(known).")
            }
            policy.response = response ?? .report
        }
        if let found = sources.given(.driftIgnore) {
            policy.ignored = found.text.split(separator: ",").map { $0.trimmingPrefix { $0 == " " }.description }
            for pointer in policy.ignored where !pointer.hasPrefix("/") {
                settings.report(found.source, "'\(pointer)' is not a JSON pointer, for example /instances.")
            }
        }
        return policy
    }

    private mutating func readNotify() -> NotifyAddress? {
        guard let found = sources.given(.notify) else { return nil }
        let address = NotifyAddress(found.text)
        if address == nil { settings.report(found.source, "is not an http(s) URL.") }
        return address
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
                found?.source ?? "-log-level", "'\(found?.text ?? "")' must be one of debug, info, warning, error.")
            return .debug
        }
    }
}

extension ServiceURL {
    /// Replaces an invalid URL, which is reported; the configuration with it is never used.
    fileprivate static let placeholder = ServiceURL(host: "invalid", port: 0)
}
