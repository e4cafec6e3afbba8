import Testing

@testable import ObserverEngine

@Suite("Settings that only the environment gives, and switches")
struct EnvironmentSettingsTests {
    @Test("the webhook secret is derived from the token, unless the environment gives one")
    func webhookSecret() throws {
        var given = GivenSettings.sufficient
        let derived = try given.read()
        #expect(derived.webhookSecret == nil)
        #expect(
            derived.hookSecret == HookSecret.derived(from: derived.accessToken, repository: derived.branch.repository))
        given.environment["DPLOY_OBSERVER_WEBHOOK_SECRET"] = "chosen by the operator"
        #expect(try given.read().hookSecret.value == "chosen by the operator")
    }

    @Test("user and password are proof to Marathon")
    func basicCredentials() throws {
        var given = GivenSettings.sufficient
        #expect(try given.read().marathonCredentials == .none)
        given.environment["DPLOY_MARATHON_USER"] = "dploy"
        given.environment["DPLOY_MARATHON_PASSWORD"] = "swordfish"
        #expect(try given.read().marathonCredentials == .basic(user: "dploy", password: Secret("swordfish")))
    }

    @Test("so is a token of DC/OS")
    func tokenCredentials() throws {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_MARATHON_TOKEN"] = "eyJhbGciOi"
        #expect(try given.read().marathonCredentials == .token(Secret("eyJhbGciOi")))
    }

    @Test("none of them has a flag, which every user of the machine could see")
    func noFlags() {
        for setting in [Setting.webhookSecret, .marathonUser, .marathonPassword, .marathonToken] {
            #expect(setting.flag == nil)
            #expect(setting.summary == nil)
        }
    }

    @Test(
        "commit statuses are on, unless the variable says off in one of the usual words",
        arguments: [
            (nil, true), ("", true), ("on", true), ("TRUE", true), ("1", true), ("yes", true),
            ("off", false), ("Off", false), ("false", false), ("0", false), ("no", false),
        ])
    func commitStatus(word: String?, reports: Bool) throws {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_OBSERVER_COMMIT_STATUS"] = word
        #expect(try given.read().reportsCommitStatus == reports)
    }

    @Test("-no-commit-status wins over the variable")
    func commitStatusFlag() throws {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_OBSERVER_COMMIT_STATUS"] = "on"
        given.flags[.noCommitStatus] = "true"
        #expect(try given.read().reportsCommitStatus == false)
    }

    @Test(
        "nothing is pruned, unless the variable says on in one of the usual words",
        arguments: [(nil, false), ("", false), ("off", false), ("0", false), ("on", true), ("true", true), ("1", true)])
    func prune(word: String?, prunes: Bool) throws {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_OBSERVER_PRUNE"] = word
        #expect(try given.read().prunes == prunes)
    }

    @Test("-prune wins over the variable")
    func pruneFlag() throws {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_OBSERVER_PRUNE"] = "off"
        given.flags[.prune] = "true"
        #expect(try given.read().prunes)
        given.environment["DPLOY_OBSERVER_PRUNE"] = "on"
        given.flags[.prune] = "false"
        #expect(try !given.read().prunes)
    }

    @Test("deliveries are taken from everywhere, unless flag or variable say otherwise")
    func gitHubAddressesOnly() throws {
        var given = GivenSettings.sufficient
        #expect(try !given.read().takesGitHubAddressesOnly)
        given.environment["DPLOY_OBSERVER_GITHUB_ADDRESSES_ONLY"] = "on"
        #expect(try given.read().takesGitHubAddressesOnly)
        given.flags[.gitHubAddressesOnly] = "false"
        #expect(try !given.read().takesGitHubAddressesOnly)
    }

    @Test("certificate and key are given together, by flags or variables, below the working directory or anywhere")
    func tls() throws {
        var given = GivenSettings.sufficient
        #expect(try given.read().tls == nil)
        given.flags[.tlsCertificate] = "/etc/tls/observer.pem"
        #expect(try given.problems().map(\.description) == ["-tls-cert: is given without -tls-key; give both or none."])
        given.environment["DPLOY_OBSERVER_TLS_KEY"] = "key.pem"
        let tls = try #require(try given.read().tls)
        #expect(tls.certificate == "/etc/tls/observer.pem")
        #expect(tls.key.hasPrefix("/") && tls.key.hasSuffix("/key.pem"))
        given.flags[.tlsCertificate] = nil
        #expect(
            try given.problems().map(\.description) == [
                "DPLOY_OBSERVER_TLS_KEY: is given without -tls-cert; give both or none."
            ])
    }

    @Test("-plain has no variable")
    func plain() throws {
        var given = GivenSettings.sufficient
        #expect(Setting.plain.environmentVariable == nil)
        #expect(try given.read().isPlain == false)
        given.flags[.plain] = "true"
        #expect(try given.read().isPlain)
    }

    @Test(
        "a word that is neither on nor off is reported",
        arguments: [
            "DPLOY_OBSERVER_COMMIT_STATUS", "DPLOY_OBSERVER_PRUNE", "DPLOY_OBSERVER_GITHUB_ADDRESSES_ONLY",
        ])
    func neither(variable: String) throws {
        var given = GivenSettings.sufficient
        given.environment[variable] = "perhaps"
        #expect(try given.problems() == [.init(source: variable, sentence: "'perhaps' is neither on nor off.")])
    }
}
