import Foundation
import Glibc

/// The part of the state directory in which a project lives: the tree of the running commit at a path that never changes,
/// because containers see files in it, and the trees of the last few commits.
struct ComposeDirectory: Sendable {
    /// Trees that are kept in addition to that of the running commit.
    private static let keptTrees = 3

    let path: String

    /// The tree of the running commit, together with files that containers and people put there.
    var live: String { path + "/tree" }
    /// The compose file with the labels of the services.
    var labels: String { path + "/labels.yaml" }
    /// The ID of the Compose process that changes something.
    var processFile: String { path + "/compose.pid" }

    private var manifest: String { path + "/tree.json" }
    private var current: String { path + "/current" }
    private var commits: String { path + "/commits" }

    private let stateDirectory: String

    init(in stateDirectory: String) {
        self.stateDirectory = stateDirectory
        path = stateDirectory + "/compose"
    }

    /// Whether a tree is in the state directory.
    func contains(_ root: String) -> Bool { root.hasPrefix(stateDirectory + "/") && root != live }

    /// The `.env` of a tree; else one that is in the live tree only, because someone put it there. nil if there is none.
    /// - Parameter base: The directory of the project, relative to the tree.
    func environmentFile(of root: String, base: String) -> String? {
        let name = [base, ".env"].filter { !$0.isEmpty }.joined(separator: "/")
        return ["\(root)/\(name)", "\(live)/\(name)"].first { FileManager.default.fileExists(atPath: $0) }
    }

    /// Whether a directory is the live tree or a part of it, under any of its names.
    func isLive(_ path: String) -> Bool {
        let name = live as NSString
        return [live, name.standardizingPath, name.resolvingSymlinksInPath].contains {
            path == $0 || path.hasPrefix($0 + "/")
        }
    }

    // MARK: - Trees

    /// The tree of a commit, unchanged by containers.
    func kept(_ commit: CommitID) -> String { "\(commits)/\(commit)/tree" }

    /// Copies a tree, so that it outlives the deployment. Files get the permissions that a checkout would have: users in
    /// images have to be able to read them.
    func keep(_ files: [String], of root: String, as commit: CommitID) throws {
        let home = "\(commits)/\(commit)"
        removeOldTrees(besides: [commit.description, currentCommit])
        guard !FileManager.default.fileExists(atPath: home) else { return }
        let partial = home + ".partial"
        try? FileManager.default.removeItem(atPath: partial)
        try makeDirectory(partial + "/tree")
        for file in files { try TreeFile(file).copy(from: root, to: partial + "/tree") }
        try write(files, to: partial + "/files.json")
        try FileManager.default.moveItem(atPath: partial, toPath: home)
    }

    /// Makes the live tree that of a kept commit. Files that no commit had there stay: they belong to containers and people.
    /// If it is interrupted, the next call completes it.
    /// - Throws: `Incomplete` once files have changed, `TreeFile.InTheWay` and other errors before.
    func enter(_ commit: CommitID) throws {
        let wanted: [String] = try read(from: "\(commits)/\(commit)/files.json")
        let before: [String] = (try? read(from: manifest)) ?? []
        let gone = Set(before).subtracting(wanted)
        try makeDirectory(live)
        for file in wanted { try TreeFile(file).check(in: live, without: gone) }
        try write(Array(gone) + wanted, to: manifest)
        do {
            for file in gone.sorted() { try TreeFile(file).remove(from: live) }
            for file in wanted { try TreeFile(file).place(from: kept(commit), to: live) }
            try write(wanted, to: manifest)
        } catch {
            throw Incomplete(cause: error)
        }
    }

    /// Some files of the live tree have changed, and others could not be.
    struct Incomplete: LocalizedError {
        let cause: any Error
        var errorDescription: String? { cause.localizedDescription }
    }

    // MARK: - Releases

    /// The last deployment that succeeded; nil if there is none, or its record can't be read.
    var release: ComposeRelease? {
        guard let commit = currentCommit.flatMap(CommitID.init(_:)) else { return nil }
        return try? read(from: "\(commits)/\(commit)/release.json")
    }

    /// Records a success, and removes trees that are no longer needed.
    func record(_ release: ComposeRelease) throws {
        let home = "\(commits)/\(release.commit)"
        try write(release, to: home + "/release.json")
        try Data(release.commit.utf8).write(to: URL(filePath: current), options: .atomic)
        // Its age decides what is removed.
        _ = utimes(home, nil)
        removeOldTrees(besides: [release.commit])
    }

    private var currentCommit: String? { try? String(contentsOfFile: current, encoding: .utf8) }

    private func removeOldTrees(besides needed: [String?]) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: commits)) ?? []
        let age = { (name: String) in
            (try? FileManager.default.attributesOfItem(atPath: "\(commits)/\(name)"))?[.modificationDate] as? Date
        }
        let old = names.filter { !needed.contains($0) }
            .sorted { (age($0) ?? .distantPast) > (age($1) ?? .distantPast) }.dropFirst(Self.keptTrees)
        // Whatever stays is removed the next time.
        for name in old { try? FileManager.default.removeItem(atPath: "\(commits)/\(name)") }
    }

    // MARK: - Files

    /// Makes sure that a directory exists and that every user can read it, whatever the umask is: it is mounted into
    /// containers. Whether other users of this machine can reach it depends on the state directory, which a mount does not.
    private func makeDirectory(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        var status = stat()
        // More may have been permitted by a container that writes there.
        if stat(path, &status) == 0, status.st_mode & 0o755 != 0o755 { chmod(path, status.st_mode & 0o7777 | 0o755) }
    }

    /// Writes the compose file that gives each service its labels.
    /// - Parameter version: That of the compose file: docker-compose 1 requires the same one.
    func write(labels: [String: [String: String]], version: String?) throws {
        let services = labels.mapValues { labels -> JSONValue in
            // Compose replaces variables in strings.
            ["labels": .object(labels.mapValues { .string($0.replacing("$", with: "$$")) })]
        }
        var document: JSONValue = ["services": .object(services)]
        document["version"] = version.map(JSONValue.string)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        // JSON is YAML.
        try Data(document.canonical.utf8).write(to: URL(filePath: self.labels), options: .atomic)
    }

    private func write(_ value: some Encodable, to file: String) throws {
        try JSONFormat.encoder.encode(value).write(to: URL(filePath: file), options: .atomic)
    }

    private func read<Value: Decodable>(from file: String) throws -> Value {
        try JSONFormat.decoder.decode(Value.self, from: try Data(contentsOf: URL(filePath: file)))
    }
}

/// The services after a deployment that succeeded.
struct ComposeRelease: Codable, Sendable {
    /// The image of a service, to restore it where its name is given to another one.
    struct Image: Codable, Equatable, Sendable {
        let name: String
        let id: String
    }

    let commit: String
    let project: String
    /// The compose files, relative to the tree.
    let files: [String]
    let version: String?
    let services: [ComposeService]
    /// The labels of each service.
    let labels: [String: [String: String]]
    let images: [String: Image]
    /// Compose's own hash of each service, as its containers have it.
    let hashes: [String: String]
    /// The value of `COMPOSE_PROFILES`; nil in a record of an earlier version.
    var profiles: String?

    func service(_ name: String) -> ComposeService? { services.first { $0.name == name } }
}
