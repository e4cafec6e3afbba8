import Foundation
import ObserverEngine
import Testing

@Suite("The repository of a clone")
struct GitRemoteTests {
    /// Settings without owner and repo.
    private static var bare: GivenSettings {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_OBSERVER_GITHUB_OWNER"] = nil
        given.environment["DPLOY_OBSERVER_GITHUB_REPO"] = nil
        return given
    }

    private func read(_ given: GivenSettings, remote: String) throws -> Configuration {
        try given.inDirectory { directory in
            try FileManager.default.createDirectory(atPath: directory + "/.git", withIntermediateDirectories: true)
            let config = """
                [core]
                \turl = https://github.com/not/this
                [remote "upstream"]
                \turl = https://github.com/nor/that
                [remote "origin"]
                \tfetch = +refs/heads/*:refs/remotes/origin/*
                \turl = \(remote)
                """
            try Data(config.utf8).write(to: URL(filePath: directory + "/.git/config"))
            var reader = ConfigurationReader(
                sources: SettingSources(flags: given.flags, environment: given.environment, directory: directory))
            return try reader.read()
        }
    }

    @Test(
        "it is the remote origin, in every form of its URL, and the log reports it",
        arguments: [
            "https://github.com/acme/shop", "https://github.com/acme/shop.git", "git@github.com:acme/shop.git",
            "ssh://git@github.com:22/acme/shop.git", "https://user:secret@GitHub.com/acme/shop",
        ])
    func origin(remote: String) throws {
        let configuration = try read(Self.bare, remote: remote)
        #expect(configuration.branch.description == "acme/shop:dcos")
        #expect(configuration.notices.count == 1)
        #expect(configuration.notices[0].hasPrefix("Using repository acme/shop from the git remote 'origin' of /"))
    }

    @Test("flags, variables and dploy.app override it, and are not mixed with it")
    func overridden() throws {
        let remote = "https://github.com/acme/shop"
        let named = try read(.sufficient, remote: remote)
        #expect(named.branch.repository.description == "mhausenblas/s4d" && named.notices.isEmpty)
        var described = Self.bare
        described.files["dploy.app"] = "repo_url: https://github.com/mhausenblas/s4d\n"
        #expect(try read(described, remote: remote).branch.repository.description == "mhausenblas/s4d")
        var half = Self.bare
        half.flags[.owner] = "octo"
        let error = #expect(throws: ConfigurationError.self) { try read(half, remote: remote) }
        #expect(error?.problems.map(\.source) == ["-repo or DPLOY_OBSERVER_GITHUB_REPO"])
    }

    @Test(
        "a remote at another host is not used",
        arguments: ["https://gitlab.com/acme/shop", "/srv/git/shop.git", "../shop"])
    func otherHost(remote: String) {
        #expect(throws: ConfigurationError.self) { try read(Self.bare, remote: remote) }
    }

    @Test("with GitHub Enterprise Server, the remote has to be at its host")
    func enterprise() throws {
        var given = Self.bare
        given.flags[.gitHubAPI] = "https://ghe.corp/api/v3"
        #expect(try read(given, remote: "git@ghe.corp:acme/shop.git").branch.repository.description == "acme/shop")
        #expect(throws: ConfigurationError.self) { try read(given, remote: "https://github.com/acme/shop") }
    }
}
