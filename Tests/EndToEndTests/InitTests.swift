import Foundation
import Processes
import Simulators
import Subprocess
import Testing

@Suite("observer init")
struct InitTests {
    private static let token = "ghp_0123456789abcdefghijABCDEFGHIJ012345"

    /// Makes a clone of a repository on GitHub, runs `observer init` in it, and calls the body.
    private func initialize(
        _ arguments: [String], files: [String: String] = [:], environment: [String: String] = [:],
        _ body: @escaping @Sendable (String, ObserverExit) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            try FileManager.default.createDirectory(atPath: directory + "/.git", withIntermediateDirectories: true)
            let clone = [
                ".git/config": "[remote \"origin\"]\n\turl = git@github.com:mhausenblas/s4d.git\n",
                ".git/HEAD": "ref: refs/heads/main\n",
            ]
            for (path, text) in clone.merging(files, uniquingKeysWith: { $1 }) {
                let file = URL(filePath: "\(directory)/\(path)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try text.write(to: file, atomically: true, encoding: .utf8)
            }
            // Nothing answers there, so doctor reports a failure at once.
            let variables = ["DPLOY_OBSERVER_GITHUB_API": "http://127.0.0.1:1", "HOME": directory].merging(environment)
            { $1 }
            let run = try await withObserverProcess(
                arguments: ["init", "-owner=mhausenblas", "-repo=s4d"] + arguments, environment: variables,
                directory: directory
            ) { _ in }
            try await body(directory, run)
        }
    }

    private func content(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test("writes descriptor, compose file and token of a new repository, and the findings of doctor")
    func compose() async throws {
        try await initialize(["-kind", "compose"], environment: ["GITHUB_TOKEN": Self.token]) { directory, run in
            // GitHub can't be reached.
            #expect(run.status == .exited(1), "\(run.log)")
            #expect(run.output.contains("Fix first:") && run.output.contains("Then:"))
            #expect(run.log.last?.hasSuffix("found; see 'Fix first'.") == true, "\(run.log)")
            let descriptor = try content(directory + "/dploy.app")
            #expect(descriptor.contains("app_name: s4d\n") && descriptor.contains("trigger_branch: main\n"))
            #expect(try content(directory + "/compose.yaml").contains("healthcheck:"))
            #expect(try content(directory + "/.pat") == Self.token + "\n")
            let mode = try FileManager.default.attributesOfItem(atPath: directory + "/.pat")[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(try content(directory + "/.gitignore") == ".pat\n")
            // In this order, also in a file.
            #expect(run.output.first == "Repository mhausenblas/s4d, branch main")
            #expect(run.output.last == "  observer -target compose")
            #expect(run.output.contains("  observer plan -offline -target compose"))
            let output = run.output.joined(separator: "\n")
            #expect(output.contains("Token from GITHUB_TOKEN, stored in .pat"))
            #expect(output.contains("observer -target compose"))
            #expect(output.contains("token"))
            #expect(!output.contains(Self.token))
        }
    }

    @Test("outside of a clone, it explains what is missing, line by line")
    func noClone() async throws {
        try await withTemporaryDirectory { directory in
            let run = try await withObserverProcess(
                arguments: ["init", "-kind", "compose"], environment: ["HOME": directory], directory: directory
            ) { _ in }
            #expect(run.status == .exited(1))
            let advice = "Run 'observer init' in the root of a clone from GitHub, or add -owner and -repo."
            #expect(run.log.last == advice, "\(run.log)")
        }
    }

    @Test("keeps existing files and adds the token's file to .gitignore; the specs it writes are valid")
    func marathon() async throws {
        let files = ["dploy.app": "app_name: mine\n", ".gitignore": "/build", ".pat": Self.token]
        try await initialize(["-kind", "marathon"], files: files) { directory, run in
            let (descriptor, ignored) = (try content(directory + "/dploy.app"), try content(directory + "/.gitignore"))
            #expect(descriptor == "app_name: mine\n")
            #expect(ignored == "/build\n.pat\n")
            #expect(run.output.contains("1 valid app."), "\(run.output)")
            // The kept descriptor names no branch.
            #expect(run.output.last == "  observer -branch main")
        }
    }

    @Test("without a terminal and without a hint in the files, the kind must be named")
    func unattended() async throws {
        try await initialize([]) { directory, run in
            #expect(run.status == .exited(64))
            #expect(run.log.contains { $0.contains("use -kind compose, marathon or command") }, "\(run.log)")
            #expect(!FileManager.default.fileExists(atPath: directory + "/dploy.app"))
        }
        try await initialize([], files: ["deploy.sh": "#!/bin/sh\n"]) { _, run in
            #expect(run.output.last?.contains("-deploy-command ./deploy.sh") == true)
        }
    }

    @Test("if nothing has to be fixed, the status is 0, and only the next steps are printed")
    func complete() async throws {
        try await withSimulators { simulators in
            let environment = [
                "GITHUB_TOKEN": GitHubSimulator.Token.standard.value,
                "DPLOY_OBSERVER_GITHUB_API": simulators.gitHub.url,
            ]
            try await initialize(["-target", "command"], environment: environment) { directory, run in
                #expect(run.status == .exited(0), "\(run.output) \(run.log)")
                #expect(run.output.contains("Next:") && !run.output.contains("Fix first:"))
                #expect(run.output.last == "  observer -deploy-command ./deploy.sh")
                #expect(FileManager.default.fileExists(atPath: directory + "/.pat"))
            }
        }
    }

    @Test("a token that GitHub rejects is not stored; the next one is tried")
    func rejectedToken() async throws {
        try await withSimulators { simulators in
            let environment = ["GITHUB_TOKEN": Self.token, "DPLOY_OBSERVER_GITHUB_API": simulators.gitHub.url]
            let rejection = "GitHub rejects the token from GITHUB_TOKEN; it was not stored"
            try await initialize(["-kind", "command"], environment: environment) { directory, run in
                #expect(run.status == .exited(1))
                #expect(run.output.contains(rejection) && run.output.contains("No token found"), "\(run.output)")
                #expect(!FileManager.default.fileExists(atPath: directory + "/.pat"))
            }
            let other = environment.merging(["GH_TOKEN": GitHubSimulator.Token.standard.value]) { $1 }
            try await initialize(["-kind", "command"], environment: other) { directory, run in
                #expect(run.status == .exited(0), "\(run.output) \(run.log)")
                #expect(run.output.contains(rejection) && run.output.contains("Token from GH_TOKEN, stored in .pat"))
            }
        }
    }

    @Test("a token that can't be stored is reported with the reason")
    func unwritableToken() async throws {
        // A directory, which root can't write to either.
        let files = [".pat/file": ""]
        try await initialize(["-kind", "command"], files: files, environment: ["GITHUB_TOKEN": Self.token]) { _, run in
            #expect(run.status == .exited(1))
            #expect(run.log.last?.hasPrefix("observer: Can't write /") == true, "\(run.log)")
            #expect(run.log.last?.hasSuffix("/.pat: is a directory.") == true, "\(run.log)")
        }
    }

    @Test("where dploy.app and the remote name different repositories, it reports which one it uses")
    func otherOrigin() async throws {
        try await withTemporaryDirectory { directory in
            try git("init", "-q", "-b", "main", in: directory)
            try git("remote", "add", "origin", "git@github.com:acme/shop.git", in: directory)
            try "repo_url: https://github.com/o/other\n"
                .write(toFile: directory + "/dploy.app", atomically: true, encoding: .utf8)
            let run = try await withObserverProcess(
                arguments: ["init", "-kind", "command"],
                environment: [
                    "DPLOY_OBSERVER_GITHUB_API": "http://127.0.0.1:1", "HOME": directory, "PATH": "/usr/bin:/bin",
                ], directory: directory
            ) { _ in }
            let choice =
                "dploy.app names o/other, the remote 'origin' acme/shop: using o/other. "
                + "Set -owner and -repo to use another."
            #expect(run.output.prefix(2) == ["Repository o/other, branch main", choice], "\(run.output) \(run.log)")
        }
    }

    @Test("invalid specs have to be fixed first")
    func invalidSpecs() async throws {
        let files = ["specs/web.json": #"{"id":"web","cmd":7}"#, ".pat": Self.token]
        try await initialize(["-kind", "marathon"], files: files) { _, run in
            #expect(run.status == .exited(1))
            let fixes = run.output.drop { $0 != "Fix first:" }
            #expect(fixes.contains("  specs/web.json:1: /cmd: expected a string, found a number"), "\(run.output)")
        }
    }

    @Test("without a checked-out branch, it asks for one")
    func detachedHead() async throws {
        let head = [".git/HEAD": String(repeating: "a", count: 40) + "\n"]
        try await initialize(["-kind", "command"], files: head) { directory, run in
            #expect(run.status == .exited(64))
            #expect(run.log.first?.contains("No branch is checked out") == true, "\(run.log)")
            #expect(!FileManager.default.fileExists(atPath: directory + "/dploy.app"))
        }
        try await initialize(["-kind", "command", "-branch", "main"], files: head) { _, run in
            #expect(run.output.first == "Repository mhausenblas/s4d, branch main")
        }
    }

    @Test("a token that git tracks is reported before it is pushed")
    func trackedToken() async throws {
        try await withTemporaryDirectory { directory in
            try git("init", "-q", "-b", "main", in: directory)
            try Self.token.write(toFile: directory + "/.pat", atomically: true, encoding: .utf8)
            try git("add", ".pat", in: directory)
            let run = try await withObserverProcess(
                arguments: ["init", "-owner=mhausenblas", "-repo=s4d", "-kind", "command"],
                environment: [
                    "DPLOY_OBSERVER_GITHUB_API": "http://127.0.0.1:1", "HOME": directory, "PATH": "/usr/bin:/bin",
                ], directory: directory
            ) { _ in }
            #expect(run.status == .exited(1))
            #expect(run.output.contains { $0.hasPrefix("  .pat: ") && $0.contains("git rm --cached .pat") })
        }
    }

    @Test(
        "in a clone that names no repository on GitHub, it reports what it found",
        arguments: [
            (
                "origin", "https://gitlab.com/a/b.git",
                "The remote origin is https://gitlab.com/a/b.git, not on github.com."
            ),
            ("origin", "/srv/git/b", "The remote origin is /srv/git/b, not on github.com."),
            ("upstream", "git@github.com:a/b.git", "This clone has no remote 'origin', only upstream."),
        ])
    func unsuitable(remote: String, url: String, sentence: String) async throws {
        try await withTemporaryDirectory { directory in
            try git("init", "-q", "-b", "main", in: directory)
            try git("remote", "add", remote, url, in: directory)
            let run = try await initialize(in: directory)
            #expect(run.status == .exited(1))
            #expect(run.log.first?.hasPrefix("observer: \(sentence)") == true, "\(run.log)")
            try FileManager.default.createDirectory(atPath: directory + "/sub", withIntermediateDirectories: true)
            let inside = try await initialize(in: directory + "/sub")
            #expect(inside.log.first?.hasSuffix(", but not its root.") == true, "\(inside.log)")
        }
    }

    private func initialize(in directory: String) async throws -> ObserverExit {
        try await withObserverProcess(
            arguments: ["init", "-kind", "compose"], environment: ["HOME": directory, "PATH": "/usr/bin:/bin"],
            directory: directory
        ) { _ in }
    }

    private func git(_ arguments: String..., in directory: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git", "-C", directory] + arguments
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "git \(arguments)")
    }
}
