import Testing

@testable import ObserverEngine

@Suite("repo_url and the GitHub it is at")
struct RepositoryURLTests {
    private static func problems(
        _ url: String, owner: String? = nil, repo: String? = nil, api: String? = nil
    ) throws -> [ConfigurationError.Problem] {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_OBSERVER_GITHUB_OWNER"] = nil
        given.environment["DPLOY_OBSERVER_GITHUB_REPO"] = nil
        given.files["dploy.app"] = "app_name: s4d\nrepo_url: \(url)\n"
        given.flags[.owner] = owner
        given.flags[.repo] = repo
        given.flags[.gitHubAPI] = api
        return try given.problems()
    }

    @Test(
        "a repository elsewhere is refused",
        arguments: [
            ("https://gitlab.com/acme/shop", nil), ("git@ghe.corp:acme/shop.git", nil),
            ("https://github.com.evil.example/acme/shop", nil), ("https://github.com@evil.example/acme/shop", nil),
            ("https://github.com/acme/shop", "https://ghe.corp/api/v3"),
            ("https://ghe.corp/acme/shop", "https://other.corp/api/v3"),
        ] as [(String, String?)])
    func elsewhere(url: String, api: String?) throws {
        let problem = try #require(try Self.problems(url, api: api).first)
        #expect(problem.source == "repo_url in ./dploy.app")
        let website = api.map { String($0.dropLast("/api/v3".count)) } ?? "https://github.com"
        #expect(problem.sentence.contains("is not at \(website)."))
    }

    @Test("an address that git can't fetch from is refused", arguments: ["ftp://github.com/y/z", "file:///y/z"])
    func scheme(url: String) throws {
        let problem = try #require(try Self.problems(url).first)
        #expect(problem.sentence == "'\(url)' is not a URL like https://github.com/OWNER/REPO.")
    }

    @Test(
        "the same GitHub is accepted in all its spellings",
        arguments: [
            ("https://GitHub.com/acme/shop", nil), ("https://www.github.com/acme/shop", nil),
            ("ssh://git@ssh.github.com:443/acme/shop.git", nil), ("git@github.com:acme/shop", nil),
            ("https://ghe.corp:8443/acme/shop", "https://ghe.corp/api/v3"),
            ("https://acme.ghe.com/acme/shop", "https://api.acme.ghe.com"),
            ("https://github.com/acme/shop", "http://127.0.0.1:4321"),
        ] as [(String, String?)])
    func same(url: String, api: String?) throws {
        #expect(try Self.problems(url, api: api).isEmpty)
    }

    @Test("half of a name is not mixed with half of another repository's")
    func mixture() throws {
        let url = "https://github.com/acme/shop"
        let owner = try Self.problems(url, owner: "octo")
        #expect(
            owner == [
                .init(
                    source: "-owner",
                    sentence:
                        "'octo' contradicts repo_url in ./dploy.app (acme/shop). Set -repo as well, or remove -owner.")
            ])
        #expect(try Self.problems(url, repo: "site").map(\.source) == ["-repo"])
        #expect(try Self.problems(url, owner: "ACME").isEmpty)
        #expect(try Self.problems(url, owner: "octo", repo: "site").isEmpty)
    }

    @Test("the remedy for a missing token leads to the GitHub of the settings")
    func tokenRemedy() throws {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_OBSERVER_GITHUB_PAT"] = nil
        given.flags[.gitHubAPI] = "https://ghe.corp/api/v3"
        #expect(try given.problems().first?.sentence.contains("https://ghe.corp/settings/tokens") == true)
    }
}
