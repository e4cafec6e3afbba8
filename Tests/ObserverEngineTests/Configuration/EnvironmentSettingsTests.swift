import Testing

@testable import ObserverEngine

@Suite("Environment-only settings and toggles")
struct EnvironmentSettingsTests {
    @Test("the webhook secret is derived from the token, unless the environment sets one")
    func webhookSecret() throws {
        var given = GivenSettings.sufficient
        let derived = try given.read()
        #expect(derived.gitHub.webhookSecret == nil)
        #expect(
            derived.hookSecret
                == HookSecret.derived(from: derived.gitHub.accessToken, repository: derived.branch.repository))
        given.environment["DPLOY_OBSERVER_WEBHOOK_SECRET"] = "chosen by the operator"
        #expect(try given.read().hookSecret.value == "chosen by the operator")
    }

    @Test("user and password are credentials for Marathon")
    func basicCredentials() throws {
        var given = GivenSettings.sufficient
        #expect(try given.read().marathon.credentials == .none)
        given.environment["DPLOY_MARATHON_USER"] = "dploy"
        given.environment["DPLOY_MARATHON_PASSWORD"] = "swordfish"
        #expect(try given.read().marathon.credentials == .basic(user: "dploy", password: Secret("swordfish")))
    }

    @Test("a DC/OS token is a credential for Marathon")
    func tokenCredentials() throws {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_MARATHON_TOKEN"] = "eyJhbGciOi"
        #expect(try given.read().marathon.credentials == .token(Secret("eyJhbGciOi")))
    }

    @Test("credentials for Marathon may be in files, without white space around them")
    func credentialFiles() throws {
        var given = GivenSettings.sufficient
        given.files = ["user": "ops\n", "password": " pass word \r\n", "token": "eyJhbGciOi\n", "empty": "\n"]
        given.environment["DPLOY_MARATHON_TOKEN_FILE"] = "token"
        #expect(try given.read().marathon.credentials == .token(Secret("eyJhbGciOi")))
        given.environment["DPLOY_MARATHON_TOKEN_FILE"] = nil
        given.environment["DPLOY_MARATHON_USER"] = "ops"
        given.environment["DPLOY_MARATHON_PASSWORD_FILE"] = "password"
        #expect(try given.read().marathon.credentials == .basic(user: "ops", password: Secret("pass word")))
        given.environment["DPLOY_MARATHON_PASSWORD_FILE"] = "empty"
        let error = #expect(throws: ConfigurationError.self) { try given.read() }
        #expect(
            error?.problems.map(\.description)
                == ["DPLOY_MARATHON_PASSWORD_FILE: the file empty is empty or can't be read."])
        given.environment["DPLOY_MARATHON_PASSWORD_FILE"] = "password"
        given.environment["DPLOY_MARATHON_PASSWORD"] = "another"
        #expect(throws: ConfigurationError.self) { try given.read() }
    }

    @Test("secrets have no flags, which other users of the machine could see")
    func noFlags() {
        for setting in [Setting.webhookSecret, .marathonUser, .marathonPassword, .marathonToken] {
            #expect(setting.flag == nil)
            #expect(setting.summary == nil)
        }
    }

    @Test(
        "commit statuses are on unless the variable is off",
        arguments: [
            (nil, true), ("", true), ("on", true), ("TRUE", true), ("1", true), ("yes", true),
            ("off", false), ("Off", false), ("false", false), ("0", false), ("no", false),
        ])
    func commitStatus(word: String?, reports: Bool) throws {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_OBSERVER_COMMIT_STATUS"] = word
        #expect(try given.read().gitHub.reportsCommitStatus == reports)
    }

    @Test("-no-commit-status overrides the variable")
    func commitStatusFlag() throws {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_OBSERVER_COMMIT_STATUS"] = "on"
        given.flags[.noCommitStatus] = "true"
        #expect(try given.read().gitHub.reportsCommitStatus == false)
    }

    @Test(
        "pruning is off unless the variable is on",
        arguments: [(nil, false), ("", false), ("off", false), ("0", false), ("on", true), ("true", true), ("1", true)])
    func prune(word: String?, prunes: Bool) throws {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_OBSERVER_PRUNE"] = word
        #expect(try given.read().marathon.prunes == prunes)
    }

    @Test("-prune overrides the variable")
    func pruneFlag() throws {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_OBSERVER_PRUNE"] = "off"
        given.flags[.prune] = "true"
        #expect(try given.read().marathon.prunes)
        given.environment["DPLOY_OBSERVER_PRUNE"] = "on"
        given.flags[.prune] = "false"
        #expect(try !given.read().marathon.prunes)
    }

    @Test("deliveries are accepted from any address unless flag or variable restrict them")
    func gitHubAddressesOnly() throws {
        var given = GivenSettings.sufficient
        #expect(try !given.read().server.allowsOnlyGitHub)
        given.environment["DPLOY_OBSERVER_GITHUB_ADDRESSES_ONLY"] = "on"
        #expect(try given.read().server.allowsOnlyGitHub)
        given.flags[.gitHubAddressesOnly] = "false"
        #expect(try !given.read().server.allowsOnlyGitHub)
    }

    @Test("certificate and key are set together, by flag or variable, as relative or absolute paths")
    func tls() throws {
        var given = GivenSettings.sufficient
        #expect(try given.read().server.tls == nil)
        given.flags[.tlsCertificate] = "/etc/tls/observer.pem"
        #expect(try given.problems().map(\.description) == ["-tls-cert: requires -tls-key; set both or neither."])
        given.environment["DPLOY_OBSERVER_TLS_KEY"] = "key.pem"
        let tls = try #require(try given.read().server.tls)
        #expect(tls.certificate == "/etc/tls/observer.pem")
        #expect(tls.key.hasPrefix("/") && tls.key.hasSuffix("/key.pem"))
        given.flags[.tlsCertificate] = nil
        #expect(
            try given.problems().map(\.description) == [
                "DPLOY_OBSERVER_TLS_KEY: requires -tls-cert; set both or neither."
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
        "a value other than on or off is reported",
        arguments: [
            "DPLOY_OBSERVER_COMMIT_STATUS", "DPLOY_OBSERVER_PRUNE", "DPLOY_OBSERVER_GITHUB_ADDRESSES_ONLY",
        ])
    func neither(variable: String) throws {
        var given = GivenSettings.sufficient
        given.environment[variable] = "perhaps"
        #expect(try given.problems() == [.init(source: variable, sentence: "must be on or off, not 'perhaps'.")])
    }
}
