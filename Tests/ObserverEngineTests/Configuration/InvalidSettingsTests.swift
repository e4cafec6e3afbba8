import Testing

@testable import ObserverEngine

@Suite("Invalid settings")
struct InvalidSettingsTests {
    struct Wrong: Sendable, CustomTestStringConvertible {
        let setting: Setting
        let value: String
        let sentence: String

        var testDescription: String { "-\(setting.rawValue) '\(value)'" }

        init(_ setting: Setting, _ value: String, _ sentence: String) {
            self.setting = setting
            self.value = value
            self.sentence = sentence
        }
    }

    private static let owner = "is not a GitHub owner; use the bare name, for example 'mhausenblas'."
    private static let repo = "is not a GitHub repo; use the bare name, for example 'dploy'."
    private static let node =
        "is not a bare IP address or host name; remove scheme and port, or use -public-url for a complete URL."
    private static let characters =
        "contains whitespace or other characters that are not allowed in a personal access token."
    private static let control = "contains a line break or another control character; remove it."
    private static let quotes =
        "is enclosed in quotes, which would be sent too; remove them. Docker's --env-file keeps quotes."
    private static let address = "is not a URL like http://host:port."
    private static let seconds = "is not a whole number of seconds from"

    static let all: [Wrong] = [
        Wrong(.owner, "mhausenblas/s4d", "'mhausenblas/s4d' \(owner)"),
        Wrong(.owner, "m/", "'m/' \(owner)"),
        Wrong(.repo, "https://github.com/m/s4d", "'https://github.com/m/s4d' \(repo)"),
        Wrong(.repo, "..", "'..' \(repo)"),
        Wrong(
            .pat, "two words", characters),
        Wrong(.pat, "tökén", characters),
        Wrong(.pat, "two\nlines", control),
        Wrong(.pat, "\"ghp_0123456789\"", quotes),
        Wrong(.branch, "refs/heads/dcos", "'refs/heads/dcos' is not a valid branch name: leave out refs/heads/."),
        Wrong(.branch, "a b", "'a b' is not a valid branch name: it has the character ' '."),
        Wrong(.branch, "a..b", "'a..b' is not a valid branch name: it has '..' or '@{'."),
        Wrong(.publicNode, "http://52.37.239.156", "'http://52.37.239.156' \(node)"),
        Wrong(.publicNode, "52.37.239.156:8849", "'52.37.239.156:8849' \(node)"),
        Wrong(.publicNode, "a b", "'a b' \(node)"),
        Wrong(.publicURL, "observer.example.com", "'observer.example.com' \(address)"),
        Wrong(.publicURL, "ftp://observer", "'ftp://observer' \(address)"),
        Wrong(.listen, "8888", "'8888' is not HOST:PORT, for example 0.0.0.0:8888."),
        Wrong(.listen, "localhost:65536", "'localhost:65536' is not HOST:PORT, for example 0.0.0.0:8888."),
        Wrong(.listen, "::1:80", "'::1:80' is not HOST:PORT, for example 0.0.0.0:8888."),
        Wrong(
            .trustedProxy, "10.0.0.0/8,proxy.example.com",
            "'proxy.example.com' is not an IP address or CIDR range, e.g. 10.0.0.0/8."),
        Wrong(.gitHubAPI, "https://", "'https://' \(address)"),
        Wrong(
            .gitHubAPI, "https://github.com/",
            "'https://github.com' is GitHub's website; its API is at https://api.github.com."),
        Wrong(.mesosDNS, "http://leader.mesos:99999", "'http://leader.mesos:99999' \(address)"),
        Wrong(.marathon, "marathon:8080", "'marathon:8080' \(address)"),
        Wrong(.registrationDelay, "soon", "'soon' \(seconds) 0 to 604800."),
        Wrong(.registrationDelay, "-1", "'-1' \(seconds) 0 to 604800."),
        Wrong(.deployTimeout, "0", "'0' \(seconds) 1 to 604800."),
        Wrong(.deployTimeout, "1.5", "'1.5' \(seconds) 1 to 604800."),
        Wrong(.deployTimeout, "99999999999999999999", "'99999999999999999999' \(seconds) 1 to 604800."),
        Wrong(.target, "swarm", "must be marathon, compose or command, not 'swarm'."),
        Wrong(.onFailure, "retry", "must be rollback or leave, not 'retry'."),
        Wrong(.notify, "chat", "the value is not an http or https URL."),
        Wrong(.approve, "often", "must be never, always or changes, not 'often'."),
        Wrong(.logLevel, "loud", "must be debug, info, warning or error, not 'loud'."),
    ]

    @Test("an invalid flag is reported with its name and a fix", arguments: all)
    func flag(wrong: Wrong) throws {
        var given = GivenSettings.sufficient
        given.flags[wrong.setting] = wrong.value
        #expect(try given.problems() == [.init(source: "-\(wrong.setting.rawValue)", sentence: wrong.sentence)])
    }

    @Test("an invalid variable is reported with its name and a fix", arguments: all)
    func variable(wrong: Wrong) throws {
        var given = GivenSettings.sufficient
        let name = try #require(wrong.setting.environmentVariable)
        given.environment[name] = wrong.value
        #expect(try given.problems() == [.init(source: name, sentence: wrong.sentence)])
    }

    @Test(
        "an invalid line of dploy.app is reported with its key",
        arguments: [
            ("trigger_branch: 'a b'", "trigger_branch in ./dploy.app"),
            ("public_node: 'http://x'", "public_node in ./dploy.app"),
            ("repo_url: nowhere", "repo_url in ./dploy.app"),
            ("repo_url: https://github.com/bad owner/s4d", "repo_url in ./dploy.app"),
            ("trigger_branch: [a, b]", "./dploy.app"),
            ("\"unfinished", "./dploy.app"),
            ("just a string", "./dploy.app"),
        ])
    func descriptor(line: String, source: String) throws {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_OBSERVER_GITHUB_OWNER"] = nil
        given.files["dploy.app"] = (line.hasPrefix("repo_url") ? "" : "repo_url: https://github.com/m/s4d\n") + line
        #expect(try given.problems().first?.source == source)
    }

    @Test("missing settings are reported with flag and variable")
    func missing() throws {
        let problems = try GivenSettings().problems()
        #expect(
            problems.map(\.source) == [
                "-owner or DPLOY_OBSERVER_GITHUB_OWNER", "-repo or DPLOY_OBSERVER_GITHUB_REPO",
                "-pat or DPLOY_OBSERVER_GITHUB_PAT",
            ])
        #expect(problems.last?.sentence.contains("https://github.com/settings/tokens") == true)
    }

    @Test(
        "incomplete and conflicting credentials for Marathon are reported",
        arguments: [
            (["DPLOY_MARATHON_USER"], "DPLOY_MARATHON_USER"),
            (["DPLOY_MARATHON_PASSWORD"], "DPLOY_MARATHON_PASSWORD"),
            (["DPLOY_MARATHON_USER", "DPLOY_MARATHON_PASSWORD", "DPLOY_MARATHON_TOKEN"], "DPLOY_MARATHON_TOKEN"),
            (["DPLOY_MARATHON_USER", "DPLOY_MARATHON_TOKEN"], "DPLOY_MARATHON_TOKEN"),
        ])
    func credentials(variables: [String], source: String) throws {
        var given = GivenSettings.sufficient
        for variable in variables { given.environment[variable] = "long enough" }
        #expect(try given.problems().map(\.source) == [source])
    }

    @Test(
        "control characters in secrets, and quotes around them, are reported with the variable",
        arguments: [
            "DPLOY_MARATHON_TOKEN", "DPLOY_MARATHON_USER", "DPLOY_MARATHON_PASSWORD", "DPLOY_OBSERVER_ADMIN_TOKEN",
            "DPLOY_OBSERVER_WEBHOOK_SECRET", "DPLOY_OBSERVER_GITHUB_PAT",
        ], [("0123456789\r\n0123456789", control), ("'01234567890123456789'", quotes)])
    func secrets(variable: String, wrong: (text: String, sentence: String)) throws {
        var given = GivenSettings.sufficient
        if ["DPLOY_MARATHON_USER", "DPLOY_MARATHON_PASSWORD"].contains(variable) {
            given.environment["DPLOY_MARATHON_USER"] = "u"
            given.environment["DPLOY_MARATHON_PASSWORD"] = "a password"
        }
        given.environment[variable] = wrong.text
        #expect(try given.problems() == [.init(source: variable, sentence: wrong.sentence)])
    }

    @Test("line breaks around a value are not part of it")
    func lineBreaks() throws {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_OBSERVER_GITHUB_PAT"] = "ghp_0123456789\n"
        given.environment["DPLOY_MARATHON_TOKEN"] = "eyJhbGciOi\r\n"
        given.environment["DPLOY_OBSERVER_ADMIN_TOKEN"] = "01234567890123456789\n"
        given.environment["DPLOY_OBSERVER_PRUNE"] = "on\n"
        let configuration = try given.read()
        #expect(configuration.gitHub.accessToken.value == "ghp_0123456789")
        #expect(configuration.marathon.credentials == .token(Secret("eyJhbGciOi")))
        #expect(configuration.server.adminToken?.value == "01234567890123456789")
        #expect(configuration.marathon.prunes)
        given.environment["DPLOY_OBSERVER_ADMIN_TOKEN"] = "\n"
        #expect(try given.read().server.adminToken == nil)
    }

    @Test("owners from before 2014 may begin or end with a hyphen", arguments: ["-m", "m-", "-", "m--m", "m_corp"])
    func hyphens(owner: String) throws {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_OBSERVER_GITHUB_OWNER"] = owner
        #expect(try given.read().branch.repository.owner == owner)
    }

    @Test(
        "a secret that is too short to be kept out of logs is reported",
        arguments: ["DPLOY_MARATHON_TOKEN", "DPLOY_OBSERVER_WEBHOOK_SECRET"])
    func shortSecret(variable: String) throws {
        var given = GivenSettings.sufficient
        given.environment[variable] = "bin"
        let problem = try #require(try given.problems().first)
        #expect(problem.source == variable)
        #expect(problem.sentence.hasPrefix("is shorter than 8 characters"))
    }

    @Test("all problems are reported at once, one per line")
    func together() throws {
        var given = GivenSettings()
        given.flags = Dictionary(Self.all.map { ($0.setting, $0.value) }) { first, _ in first }
        given.environment = [
            "DPLOY_OBSERVER_PRUNE": "perhaps", "DPLOY_OBSERVER_COMMIT_STATUS": "perhaps", "DPLOY_MARATHON_USER": "x",
        ]
        let error = #expect(throws: ConfigurationError.self) { try given.read() }
        let text = try #require(error).description
        #expect(error?.problems.count == given.flags.count + 3)
        let lines = text.split(separator: "\n")
        #expect(lines.first == "\(given.flags.count + 3) settings are invalid:")
        #expect(lines.count == given.flags.count + 4)
        #expect(try GivenSettings().message().hasPrefix("3 settings are missing:\n"))
        given.flags[.owner] = nil
        #expect(try given.message().hasPrefix("\(given.flags.count + 4) settings are missing or invalid:\n"))
    }

    @Test("one invalid setting is counted in the singular")
    func singular() throws {
        var given = GivenSettings.sufficient
        given.flags[.logLevel] = "loud"
        let error = #expect(throws: ConfigurationError.self) { try given.read() }
        #expect(
            error?.description == """
                1 setting is invalid:
                  -log-level: must be debug, info, warning or error, not 'loud'.
                """)
    }

    @Test("escape sequences in a value are not printed")
    func escapes() throws {
        var given = GivenSettings.sufficient
        given.flags[.logLevel] = "\u{1B}[2Jloud\u{202E}"
        let error = #expect(throws: ConfigurationError.self) { try given.read() }
        #expect(error?.description.contains(#"'\x1b[2Jloud\u202e'"#) == true)
    }
}

extension GivenSettings {
    /// The message about the problems.
    fileprivate func message() throws -> String { "\(ConfigurationError(problems: try problems()))" }

    @Test(
        "a public URL that ends in the path of the webhook causes a warning",
        arguments: [("", 0), ("/x", 0), ("/dploy/", 1)])
    func repeatedPath(path: String, warnings: Int) throws {
        var given = GivenSettings.sufficient
        given.flags[.publicURL] = "https://observer.example.com" + path
        #expect(
            try given.read().warnings.filter { $0.contains("https://observer.example.com/dploy/dploy") }.count
                == warnings)
    }
}
