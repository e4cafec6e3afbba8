import Foundation
import ObserverEngine

/// Questions to git about the working directory. Without git there is no answer.
struct GitCommand {
    private struct Answer {
        let isSuccess: Bool
        let text: String
        let complaint: String
    }

    private let directory: String

    init(in directory: String) {
        self.directory = directory
    }

    /// Whether a file is part of the repository, or is going to be with the next commit.
    func isTracked(_ file: String) async -> Bool {
        await run("ls-files", "--error-unmatch", "--", file)?.isSuccess == true
    }

    /// The repository of the remote 'origin'; nil if it is not on this GitHub.
    /// - Parameter website: `https://github.com`
    func origin(at website: String) async -> RepositoryName? {
        guard let answer = await run("config", "--get", "remote.origin.url"), answer.isSuccess,
            let url = RepositoryURL(answer.text), let site = try? ServiceURL(website), url.isHosted(at: site)
        else { return nil }
        return url.repository
    }

    /// Why the directory does not name a repository on GitHub; nil without an explanation.
    /// - Parameter website: `https://github.com`
    func whyUnsuitable(website: String) async -> String? {
        guard let root = await run("rev-parse", "--show-toplevel") else { return nil }
        guard root.isSuccess else {
            return root.complaint.contains("not a git repository") ? "This directory is not in a git clone." : nil
        }
        let here = URL(filePath: directory).resolvingSymlinksInPath().path
        if URL(filePath: root.text).resolvingSymlinksInPath().path != here {
            return "This directory is in the clone \(root.text), but not its root."
        }
        guard let origin = await run("config", "--get", "remote.origin.url"), origin.isSuccess else {
            let others = await run("remote")?.text.split(separator: "\n").joined(separator: ", ") ?? ""
            return others.isEmpty
                ? "This clone has no remote." : "This clone has no remote 'origin', only \(others)."
        }
        let site = website.replacing(#/^https?:\/\//#, with: "")
        guard let url = RepositoryURL(origin.text), url.host == (try? ServiceURL(website))?.host.lowercased() else {
            return "The remote origin is \(Self.masked(origin.text)), not on \(site). "
                + "For GitHub Enterprise Server, set DPLOY_OBSERVER_GITHUB_API to https://HOST/api/v3."
        }
        return "This is a worktree, or another directory without the clone's own .git. The remote origin is "
            + "\(url.repository): add -owner \(url.repository.owner) -repo \(url.repository.name)."
    }

    /// Without user and password.
    private static func masked(_ url: String) -> String { url.replacing(#/:\/\/[^\/@]*@/#, with: "://") }

    private func run(_ arguments: String...) async -> Answer? {
        var environment = ProcessInfo.processInfo.environment
        environment["LC_ALL"] = "C"
        environment["PATH"] = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let git = ChildProcess("git", arguments, environment: environment, directory: directory)
        guard let output = try? await withTimeout(.seconds(10), { try await git.collect(limit: 64 * 1024) }) else {
            return nil
        }
        return Answer(
            isSuccess: output.ending.isSuccess,
            text: String(decoding: output.standardOutput, as: UTF8.self).trimmingCharacters(in: .newlines),
            complaint: String(decoding: output.standardError, as: UTF8.self))
    }
}
