import ArgumentParser
import ObserverEngine

/// The flags of all settings, with one dash or two. They have no defaults of their own: a flag that is not given must not
/// override the environment.
struct SettingFlags: ParsableArguments {
    @OptionGroup var location: LocationFlags
    @OptionGroup var target: TargetFlags
    @OptionGroup var others: OtherFlags

    /// The settings that were given.
    var given: [Setting: String] { location.given.merging(target.given) { $1 }.merging(others.given) { $1 } }
}

/// The flags of the settings that determine the state directory, and with it the control socket, and how an observer is
/// reached.
struct LocationFlags: ParsableArguments {
    @Option(name: .setting(.owner), help: .setting(.owner)) var owner: String?
    @Option(name: .setting(.repo), help: .setting(.repo)) var repo: String?
    @Option(name: .setting(.branch), help: .setting(.branch)) var branch: String?
    @Option(name: .setting(.state), help: .setting(.state), completion: .directory) var state: String?
    @Option(name: .setting(.caFile), help: .setting(.caFile), completion: .file()) var caFile: String?

    var given: [Setting: String] {
        let values: [Setting: String?] = [
            .owner: owner, .repo: repo, .branch: branch, .state: state, .caFile: caFile,
        ]
        return values.compactMapValues(\.self)
    }
}

/// The flags of the settings that a plan of local files depends on.
struct TargetFlags: ParsableArguments {
    @Option(name: .setting(.target), help: .setting(.target), completion: .list(["marathon", "compose", "command"]))
    var target: String?
    @Option(name: .setting(.composeFile), help: .setting(.composeFile), completion: .file()) var composeFile: String?
    @Option(name: .setting(.composeProject), help: .setting(.composeProject)) var composeProject: String?
    @Option(name: .setting(.composeCommand), help: .setting(.composeCommand)) var composeCommand: String?
    @Option(name: .setting(.deployCommand), parsing: .unconditional, help: .setting(.deployCommand))
    var deployCommand: String?
    @Option(name: .setting(.planCommand), parsing: .unconditional, help: .setting(.planCommand))
    var planCommand: String?
    @Option(name: .setting(.marathon), help: .setting(.marathon)) var marathon: String?
    @Option(name: .setting(.mesosDNS), help: .setting(.mesosDNS)) var mesosDNS: String?
    @Option(name: .setting(.drift), help: .setting(.drift), completion: .list(["report", "correct", "ignore"]))
    var drift: String?
    @Option(name: .setting(.driftIgnore), help: .setting(.driftIgnore)) var driftIgnore: String?
    @Flag(name: .setting(.prune), inversion: .prefixedNo, help: .setting(.prune)) var prune: Bool?

    var given: [Setting: String] {
        let values: [Setting: String?] = [
            .target: target, .composeFile: composeFile, .composeProject: composeProject,
            .composeCommand: composeCommand, .deployCommand: deployCommand, .planCommand: planCommand,
            .marathon: marathon, .mesosDNS: mesosDNS, .drift: drift, .driftIgnore: driftIgnore,
            .prune: prune.map { String($0) },
        ]
        return values.compactMapValues(\.self)
    }
}

/// The flags of all settings that a plan does not depend on.
struct OtherFlags: ParsableArguments {
    @Option(name: .setting(.pat), parsing: .unconditional, help: .setting(.pat)) var pat: String?
    @Option(name: .setting(.patFile), help: .setting(.patFile), completion: .file()) var patFile: String?
    @Option(name: .setting(.publicNode), help: .setting(.publicNode)) var publicNode: String?
    @Option(name: .setting(.publicURL), help: .setting(.publicURL)) var publicURL: String?
    @Option(name: .setting(.listen), help: .setting(.listen)) var listen: String?
    @Option(name: .setting(.metricsListen), help: .setting(.metricsListen)) var metricsListen: String?
    @Option(name: .setting(.tokens), help: .setting(.tokens), completion: .file()) var tokens: String?
    @Option(name: .setting(.tlsCertificate), help: .setting(.tlsCertificate), completion: .file())
    var tlsCertificate: String?
    @Option(name: .setting(.tlsKey), help: .setting(.tlsKey), completion: .file()) var tlsKey: String?
    @Option(name: .setting(.trustedProxy), help: .setting(.trustedProxy)) var trustedProxy: String?
    @Option(name: .setting(.gitHubAPI), help: .setting(.gitHubAPI)) var gitHubAPI: String?
    @Option(name: .setting(.mesosAgentPort), parsing: .unconditional, help: .setting(.mesosAgentPort))
    var mesosAgentPort: String?
    @Option(name: .setting(.registrationDelay), parsing: .unconditional, help: .setting(.registrationDelay))
    var registrationDelay: String?
    @Option(name: .setting(.deployTimeout), parsing: .unconditional, help: .setting(.deployTimeout))
    var deployTimeout: String?
    @Option(name: .setting(.healthCommand), parsing: .unconditional, help: .setting(.healthCommand))
    var healthCommand: String?
    @Option(name: .setting(.rollbackCommand), parsing: .unconditional, help: .setting(.rollbackCommand))
    var rollbackCommand: String?
    @Option(name: .setting(.beforeCommand), parsing: .unconditional, help: .setting(.beforeCommand))
    var beforeCommand: String?
    @Option(name: .setting(.afterCommand), parsing: .unconditional, help: .setting(.afterCommand))
    var afterCommand: String?
    @Option(name: .setting(.onFailure), help: .setting(.onFailure), completion: .list(["rollback", "leave"]))
    var onFailure: String?
    @Option(name: .setting(.paths), parsing: .unconditional, help: .setting(.paths)) var paths: String?
    @Option(name: .setting(.window), help: .setting(.window)) var window: [String] = []
    @Option(name: .setting(.requireChecks), help: .setting(.requireChecks)) var requireChecks: String?
    @Option(name: .setting(.checksTimeout), parsing: .unconditional, help: .setting(.checksTimeout))
    var checksTimeout: String?
    @Option(name: .setting(.approve), help: .setting(.approve), completion: .list(["never", "always", "changes"]))
    var approve: String?
    @Option(name: .setting(.poll), parsing: .unconditional, help: .setting(.poll)) var poll: String?
    @Option(name: .setting(.review), parsing: .unconditional, help: .setting(.review)) var review: String?
    @Option(name: .setting(.keep), help: .setting(.keep)) var keep: String?
    @Option(name: .setting(.notify), help: .setting(.notify)) var notify: String?
    @Option(
        name: .setting(.logLevel), help: .setting(.logLevel), completion: .list(["debug", "info", "warning", "error"]))
    var logLevel: String?

    // The help of doctor hides the toggles.
    @Flag(name: .setting(.gitHubAddressesOnly), inversion: .prefixedNo, help: .toggle(.gitHubAddressesOnly))
    var gitHubAddressesOnly: Bool?
    @Flag(name: .setting(.approveOthers), inversion: .prefixedNo, help: .toggle(.approveOthers))
    var approveOthers: Bool?
    @Flag(name: .setting(.noCommitStatus), inversion: .prefixedNo, help: .toggle(.noCommitStatus))
    var noCommitStatus: Bool?
    @Flag(name: .setting(.plain), inversion: .prefixedNo, help: .toggle(.plain)) var plain: Bool?

    var given: [Setting: String] {
        let texts: [Setting: String?] = [
            .pat: pat, .patFile: patFile, .publicNode: publicNode, .publicURL: publicURL, .listen: listen,
            .metricsListen: metricsListen, .tokens: tokens,
            .tlsCertificate: tlsCertificate, .tlsKey: tlsKey, .trustedProxy: trustedProxy, .gitHubAPI: gitHubAPI,
            .mesosAgentPort: mesosAgentPort,
            .registrationDelay: registrationDelay, .deployTimeout: deployTimeout,
            .healthCommand: healthCommand, .rollbackCommand: rollbackCommand,
            .beforeCommand: beforeCommand, .afterCommand: afterCommand,
            .onFailure: onFailure, .paths: paths,
            .window: window.isEmpty ? nil : window.joined(separator: ";"),
            .requireChecks: requireChecks, .checksTimeout: checksTimeout, .approve: approve, .poll: poll,
            .review: review, .keep: keep, .notify: notify, .logLevel: logLevel,
        ]
        let toggles: [Setting: Bool?] = [
            .gitHubAddressesOnly: gitHubAddressesOnly, .approveOthers: approveOthers, .noCommitStatus: noCommitStatus,
            .plain: plain,
        ]
        return texts.compactMapValues(\.self).merging(toggles.compactMapValues { $0.map(String.init) }) { $1 }
    }
}

extension NameSpecification {
    static func setting(_ setting: Setting) -> NameSpecification { goStyle(setting.rawValue) }

    /// A flag with one dash and with two.
    static func goStyle(_ name: String) -> NameSpecification {
        [.customLong(name, withSingleDash: true), .customLong(name)]
    }

    static var help: NameSpecification {
        [.customShort("h"), .customLong("help", withSingleDash: true), .customLong("help")]
    }
}

extension ArgumentHelp {
    /// The setting's summary as a sentence.
    static func setting(_ setting: Setting) -> ArgumentHelp {
        let note = setting.defaultValue.map { " (default: \($0))" } ?? ""
        return ArgumentHelp("\(setting.summary?.capitalizedSentence ?? "")\(note)", valueName: valueName(of: setting))
    }

    /// A summary of `observer -h` as a sentence.
    static func sentence(_ summary: String, valueName: String? = nil) -> ArgumentHelp {
        ArgumentHelp(summary.capitalizedSentence, valueName: valueName)
    }

    private static func valueName(of setting: Setting) -> String {
        if setting == .mesosAgentPort { return "port" }
        return setting.kind == .number ? "seconds" : "string"
    }

    fileprivate static func toggle(_ setting: Setting) -> ArgumentHelp {
        var help = self.setting(setting)
        help.visibility = .hidden
        return help
    }
}
