import Foundation

/// How and where commits are deployed.
extension ConfigurationReader {
    mutating func readMarathon() -> MarathonSettings {
        MarathonSettings(
            url: settings.url(.marathon), credentials: readMarathonCredentials(),
            credentialFiles: marathonCredentialFiles, prunes: settings.isOn(.prune, ifVariableIs: "on"),
            agentPort: readAgentPort())
    }

    private mutating func readAgentPort() -> Int {
        let found = sources.given(.mesosAgentPort)
        let text = found?.text ?? Setting.mesosAgentPort.defaultValue ?? ""
        if let port = Int(text), (1...65535).contains(port) { return port }
        settings.report(found?.source ?? "", "'\(text)' is not a port from 1 to 65535.")
        return 0
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

    /// Without the setting, a deploy command decides.
    mutating func readTargetKind() -> TargetKind {
        let command = sources.given(.deployCommand)
        guard let found = sources.given(.target) else { return command == nil ? .marathon : .command }
        guard let kind = TargetKind(rawValue: found.text.lowercased()) else {
            settings.report(found.source, found.text, insteadOf: TargetKind.allCases.map(\.rawValue))
            return .marathon
        }
        if kind == .command, command == nil {
            settings.report(found.source, "'command' requires -deploy-command or DPLOY_OBSERVER_DEPLOY_COMMAND.")
        } else if kind != .command, let command {
            settings.report(
                command.source, "is set although \(found.source) is '\(kind.rawValue)'; use only one of them.")
        }
        return kind
    }

    mutating func readCompose() -> ComposeSettings {
        var compose = ComposeSettings()
        if let found = sources.given(.composeFile) {
            compose.files = found.text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            for file in compose.files where file.hasPrefix("/") || file.split(separator: "/").contains("..") {
                settings.report(found.source, "must be a path in the repository, not '\(file)'.")
            }
        }
        if let found = sources.given(.composeProject) {
            compose.project = found.text
            if found.text.wholeMatch(of: #/[a-z0-9][a-z0-9_-]*/#) == nil {
                settings.report(
                    found.source,
                    "'\(found.text)' is not a project name; use lower-case letters, digits, hyphens and underscores.")
            }
        }
        compose.command = settings.text(.composeCommand).map { text in
            text.split(separator: " ").map(String.init)
        }
        return compose
    }

    mutating func readFailureResponse() -> FailureResponse {
        let found = sources.given(.onFailure)
        if let response = FailureResponse(rawValue: found?.text.lowercased() ?? "rollback") { return response }
        settings.report(found?.source ?? "-on-failure", found?.text ?? "", insteadOf: ["rollback", "leave"])
        return .rollback
    }

    mutating func readDrift() -> DriftPolicy {
        var policy = DriftPolicy()
        if let found = sources.given(.drift) {
            let response = DriftPolicy.Response(rawValue: found.text.lowercased())
            if response == nil {
                let known = DriftPolicy.Response.allCases.map(\.rawValue)
                settings.report(found.source, found.text, insteadOf: known)
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

    mutating func readPushRules() -> PushRules {
        guard let found = sources.given(.paths) else { return PushRules() }
        do throws(PathPatterns.Invalid) {
            return PushRules(paths: try PathPatterns(found.text))
        } catch {
            settings.report(found.source, "the pattern '\(error.pattern)' \(error.flaw).")
            return PushRules()
        }
    }

    mutating func readNotify() -> NotifyAddress? {
        guard let found = sources.given(.notify) else { return nil }
        let address = NotifyAddress(found.text)
        if address == nil { settings.report(found.source, "the value is not an http or https URL.") }
        return address
    }
}
