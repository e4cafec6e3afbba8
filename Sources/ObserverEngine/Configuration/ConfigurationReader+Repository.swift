import Foundation

/// Which repository and branch are watched.
extension ConfigurationReader {
    mutating func readRepository() -> RepositoryName {
        let fromDescriptor = readRepositoryURL()
        let source = fromDescriptor == nil ? "the git remote 'origin'" : "repo_url in ./dploy.app"
        let fallback = fromDescriptor ?? readRemote()
        let owner = name(
            .owner, fallback: fallback.map { .init(text: $0.owner, source: source) }, example: "mhausenblas",
            // Accounts from before 2014 may begin or end with a hyphen.
            allowing: "_-")
        let repo = name(
            .repo, fallback: fallback.map { .init(text: $0.name, source: source) }, example: "dploy",
            allowing: "._-")
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
        guard repository != fromDescriptor else { return }
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

    /// Reads only the settings that name the repository.
    package mutating func readWatchedRepository() throws(ConfigurationError) -> RepositoryName {
        readDescriptor()
        let repository = readRepository()
        try settings.check()
        return repository
    }

    /// The website of the configured GitHub; for an invalid address, which is reported elsewhere, that of the default.
    package var website: String {
        let api = sources.given(.gitHubAPI)?.text ?? Setting.gitHubAPI.defaultValue ?? ""
        return (try? ServiceURL(api))?.gitHubWebURL ?? "https://github.com"
    }

    /// The repository of the clone in the working directory, if nothing else names one. The branch is never taken from a
    /// clone: its default has to stay the same everywhere.
    mutating func readRemote() -> RepositoryName? {
        let isNamed = [Setting.owner, .repo].contains { sources.given($0) != nil } || descriptor.repositoryURL != nil
        let api = sources.given(.gitHubAPI)?.text ?? Setting.gitHubAPI.defaultValue ?? ""
        guard !isNamed, let host = (try? ServiceURL(api))?.host else { return nil }
        let remote = GitRemote(in: sources.directory, host: host == "api.github.com" ? "github.com" : host)
        if let remote {
            notices.append("Using repository \(remote.repository) from the git remote 'origin' of \(sources.directory)")
        }
        return remote?.repository
    }

    /// - Parameter punctuation: Allowed in addition to ASCII letters and digits. Compiling a pattern would delay each start.
    private mutating func name(
        _ setting: Setting, fallback: SettingSources.Found?, example: String, allowing punctuation: String
    ) -> String {
        guard let found = sources.given(setting) ?? fallback else {
            settings.report(
                SettingSources.places(of: setting),
                "the GitHub \(setting.rawValue) is missing, for example '\(example)'; "
                    + "repo_url in ./dploy.app or the remote of a git clone can also provide it.", isMissing: true)
            return ""
        }
        let isAllowed = { (character: Character) in
            character.isASCII && (character.isLetter || character.isNumber) || punctuation.contains(character)
        }
        if found.text.isEmpty || !found.text.allSatisfy(isAllowed) || found.text == "." || found.text == ".." {
            settings.report(
                found.source,
                "'\(found.text)' is not a GitHub \(setting.rawValue); use the bare name, "
                    + "for example '\(example)'.")
        }
        return found.text
    }

    mutating func readBranch() -> String {
        let found =
            sources.given(.branch)
            ?? descriptor.triggerBranch.map { SettingSources.Found(text: $0, source: "trigger_branch in ./dploy.app") }
        guard let found else { return Setting.branch.defaultValue ?? "" }
        if let flaw = BranchName.flaw(in: found.text) {
            settings.report(found.source, "'\(found.text)' is not a valid branch name: \(flaw).")
        }
        return found.text
    }
}
