import Foundation
import Subprocess
import SystemPackage

/// A bare git repository in a temporary directory, driven by the `git` program.
struct GitRepository: Sendable {
    let directory: String

    static let zeros = String(repeating: "0", count: 40)

    static func create(defaultBranch: String) async throws -> GitRepository {
        let directory = FileManager.default.temporaryDirectory.appending(path: "simulated-\(UUID().uuidString).git")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let repository = GitRepository(directory: directory.path(percentEncoded: false))
        try await repository.git("init", "--quiet", "--bare", "--initial-branch=\(defaultBranch)", ".")
        return repository
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Creates commits on top of `parent` (nil: a root commit) without moving a branch. Returns the ID of the last one.
    func commit(_ commits: [NewCommit], by author: GitIdentity, onto parent: String?) async throws -> String {
        let input = FastImport(commits, by: author, onto: parent)
        let sha = try await git("fast-import", "--quiet", "--done", input: input.bytes).line
        try await git("update-ref", "-d", FastImport.ref)
        return sha
    }

    /// Resolves a ref, short ref or (abbreviated) id to a commit.
    func resolve(_ name: String) async throws -> String? {
        try? await git("rev-parse", "--verify", "--quiet", "--end-of-options", "\(name)^{commit}").line
    }

    func head(of branch: String) async throws -> String? {
        try await resolve("refs/heads/\(branch)")
    }

    func setRef(_ ref: String, to commit: String) async throws {
        try await git("update-ref", ref, commit)
    }

    func deleteRef(_ ref: String) async throws {
        try await git("update-ref", "-d", ref)
    }

    func branches() async throws -> [(name: String, commit: String)] {
        try await git("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads").text
            .split(separator: "\n")
            .map { (name: String($0.dropFirst(41 + "refs/heads/".count)), commit: String($0.prefix(40))) }
    }

    func isAncestor(_ ancestor: String, of commit: String) async throws -> Bool {
        try await git("rev-list", "--count", "\(commit)..\(ancestor)").line == "0"
    }

    /// The commits listed by `git log`, newest first.
    func log(_ arguments: [String], paths: [String] = []) async throws -> [GitCommit] {
        let options = ["log", "--name-status", "--no-renames", GitCommit.logFormat]
        return GitCommit.parse(log: try await git(options + arguments + ["--"] + paths).text)
    }

    /// A commit with the files in which it differs from another one.
    func changes(from old: GitCommit, to new: GitCommit) async throws -> GitCommit {
        new.changing(try await git("diff", "--name-status", "--no-renames", old.sha, new.sha).text)
    }

    func commit(_ name: String) async throws -> GitCommit? {
        guard let sha = try await resolve(name) else { return nil }
        return try await log(["-1", sha]).first
    }

    func mergeBase(_ one: String, _ other: String) async throws -> String? {
        try? await git("merge-base", one, other).line
    }

    /// The tarball of a commit, as created by GitHub.
    func archive(_ commit: String, prefix: String) async throws -> [UInt8] {
        try await git("archive", "--format=tar.gz", "--prefix=\(prefix)/", commit).bytes
    }

    /// The object at a path in a commit.
    func entry(_ path: String, in commit: String) async throws -> TreeEntry? {
        if path.isEmpty { return TreeEntry(mode: "040000", kind: "tree", sha: commit, path: "") }
        return TreeEntry.parse(try await git("ls-tree", "-z", commit, "--", path).bytes).first
    }

    func entries(of directory: String, in commit: String) async throws -> [TreeEntry] {
        TreeEntry.parse(try await git("ls-tree", "-z", commit, "--", directory.isEmpty ? "." : directory + "/").bytes)
    }

    func blob(_ sha: String) async throws -> [UInt8] {
        try await git("cat-file", "blob", sha).bytes
    }

    @discardableResult
    func git(_ arguments: String..., input: [UInt8] = []) async throws -> Output {
        try await git(arguments, input: input)
    }

    private func git(_ arguments: [String], input: [UInt8] = []) async throws -> Output {
        let result = try await run(
            .name("git"),
            arguments: Arguments(["-c", "core.quotePath=false"] + arguments),
            environment: .inherit.updating([
                "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_DIR": ".", "TZ": "UTC",
                "LC_ALL": "C",
            ]),
            workingDirectory: FilePath(directory),
            input: .array(input),
            output: .bytes(limit: 512 << 20),
            error: .string(limit: 1 << 20)
        )
        guard result.terminationStatus.isSuccess else {
            throw GitCommandError(arguments: arguments, message: result.standardError)
        }
        return Output(bytes: result.standardOutput)
    }

    struct Output {
        var bytes: [UInt8]
        var text: String { String(decoding: bytes, as: UTF8.self) }
        var line: String { text.split(separator: "\n").first.map(String.init) ?? "" }
    }
}

/// A line of `git ls-tree`.
struct TreeEntry: Sendable {
    var mode: String
    /// `blob`, `tree` or `commit` (a submodule).
    var kind: String
    var sha: String
    var path: String

    var name: String { path.split(separator: "/").last.map(String.init) ?? "" }

    static func parse(_ output: [UInt8]) -> [TreeEntry] {
        output.split(separator: 0).compactMap { line in
            let parts = String(decoding: line, as: UTF8.self).split(separator: "\t", maxSplits: 1)
            let fields = parts.first?.split(separator: " ").map(String.init) ?? []
            guard parts.count == 2, fields.count == 3 else { return nil }
            return TreeEntry(mode: fields[0], kind: fields[1], sha: fields[2], path: String(parts[1]))
        }
    }
}

/// A git command that failed.
package struct GitCommandError: Error, CustomStringConvertible {
    package var arguments: [String]
    package var message: String

    package var description: String { "git \(arguments.joined(separator: " ")): \(message)" }
}
