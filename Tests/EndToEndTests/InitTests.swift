import Foundation
import Processes
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
                try text.write(toFile: "\(directory)/\(path)", atomically: true, encoding: .utf8)
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
            #expect(run.status == .exited(0), "\(run.log)")
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
            #expect(run.status == .exited(0), "\(run.log)")
            let (descriptor, ignored) = (try content(directory + "/dploy.app"), try content(directory + "/.gitignore"))
            #expect(descriptor == "app_name: mine\n")
            #expect(ignored == "/build\n.pat\n")
            #expect(run.output.contains("Valid: 1 valid app."), "\(run.output)")
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
            #expect(run.status == .exited(0), "\(run.log)")
            #expect(run.output.last?.contains("-deploy-command ./deploy.sh") == true)
        }
    }
}
