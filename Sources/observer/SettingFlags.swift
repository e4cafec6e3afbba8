import ArgumentParser
import ObserverEngine

/// The flags of the settings, with one dash or two. They have no defaults of their own: a flag that is not given must not
/// win over the environment.
struct SettingFlags: ParsableArguments {
    @Option(name: .setting(.owner)) var owner: String?
    @Option(name: .setting(.repo)) var repo: String?
    @Option(name: .setting(.pat), parsing: .unconditional) var pat: String?
    @Option(name: .setting(.patFile)) var patFile: String?
    @Option(name: .setting(.branch)) var branch: String?
    @Option(name: .setting(.publicNode)) var publicNode: String?
    @Option(name: .setting(.publicURL)) var publicURL: String?
    @Option(name: .setting(.listen)) var listen: String?
    @Option(name: .setting(.tlsCertificate)) var tlsCertificate: String?
    @Option(name: .setting(.tlsKey)) var tlsKey: String?
    @Flag(name: .setting(.gitHubAddressesOnly), inversion: .prefixedNo) var gitHubAddressesOnly: Bool?
    @Option(name: .setting(.trustedProxy)) var trustedProxy: String?
    @Option(name: .setting(.gitHubAPI)) var gitHubAPI: String?
    @Option(name: .setting(.mesosDNS)) var mesosDNS: String?
    @Option(name: .setting(.marathon)) var marathon: String?
    @Option(name: .setting(.registrationDelay), parsing: .unconditional) var registrationDelay: String?
    @Option(name: .setting(.deployTimeout), parsing: .unconditional) var deployTimeout: String?
    @Option(name: .setting(.deployCommand), parsing: .unconditional) var deployCommand: String?
    @Option(name: .setting(.onFailure)) var onFailure: String?
    @Option(name: .setting(.poll), parsing: .unconditional) var poll: String?
    @Option(name: .setting(.review), parsing: .unconditional) var review: String?
    @Option(name: .setting(.keep)) var keep: String?
    @Option(name: .setting(.notify)) var notify: String?
    @Option(name: .setting(.state)) var state: String?
    @Option(name: .setting(.logLevel)) var logLevel: String?
    @Flag(name: .setting(.noCommitStatus), inversion: .prefixedNo) var noCommitStatus: Bool?
    @Flag(name: .setting(.prune), inversion: .prefixedNo) var prune: Bool?
    @Flag(name: .setting(.plain), inversion: .prefixedNo) var plain: Bool?

    /// Those from which the state directory follows.
    static let leadingToState: Set<Setting> = [.owner, .repo, .branch, .state]

    /// What was given.
    var given: [Setting: String] {
        let texts: [(Setting, String?)] = [
            (.owner, owner), (.repo, repo), (.pat, pat), (.patFile, patFile), (.branch, branch),
            (.publicNode, publicNode), (.publicURL, publicURL), (.listen, listen), (.tlsCertificate, tlsCertificate),
            (.tlsKey, tlsKey), (.trustedProxy, trustedProxy), (.gitHubAPI, gitHubAPI),
            (.mesosDNS, mesosDNS), (.marathon, marathon), (.registrationDelay, registrationDelay),
            (.deployTimeout, deployTimeout), (.deployCommand, deployCommand), (.onFailure, onFailure), (.poll, poll),
            (.review, review), (.keep, keep), (.notify, notify), (.state, state), (.logLevel, logLevel),
        ]
        let toggles: [(Setting, Bool?)] = [
            (.gitHubAddressesOnly, gitHubAddressesOnly), (.noCommitStatus, noCommitStatus), (.prune, prune),
            (.plain, plain),
        ]
        let given =
            texts.compactMap { setting, text in text.map { (setting, $0) } }
            + toggles.compactMap { setting, isOn in isOn.map { (setting, "\($0)") } }
        return Dictionary(uniqueKeysWithValues: given)
    }
}

extension NameSpecification {
    fileprivate static func setting(_ setting: Setting) -> NameSpecification { goStyle(setting.rawValue) }

    /// A flag with one dash and with two.
    static func goStyle(_ name: String) -> NameSpecification {
        [.customLong(name, withSingleDash: true), .customLong(name)]
    }
}
