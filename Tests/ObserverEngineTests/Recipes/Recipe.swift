import Foundation
import ObserverEngine
import Simulators
import Testing

/// An example repository in `Examples`, and the settings that it comes with.
struct Recipe: Sendable {
    let files: [String: FileChange]
    let variables: [String: String]

    init(_ name: String) throws {
        let root = URL(filePath: #filePath).appending(path: "../../../../Examples/\(name)").standardizedFileURL
        var files: [String: FileChange] = [:]
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path)
        for path in paths where !root.appending(path: path).hasDirectoryPath {
            let file = root.appending(path: path).path
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory)
            guard !isDirectory.boolValue else { continue }
            let text = try String(contentsOfFile: file, encoding: .utf8)
            files[path] = FileManager.default.isExecutableFile(atPath: file) ? .executable(text) : .text(text)
        }
        self.files = files
        guard case .text(let settings) = files["observer.env"] else { throw Missing(file: "\(name)/observer.env") }
        variables = Self.variables(in: settings)
    }

    struct Missing: Error {
        let file: String
    }

    /// The settings of a test with this recipe, except for those that it replaces.
    func setup(_ replaced: [String: String], path: String? = nil) -> ObserverSetup {
        var setup = ObserverSetup()
        setup.environment = variables.merging(replaced) { $1 }
        setup.environment["PATH"] = [path, "/usr/local/bin:/usr/bin:/bin"].compactMap(\.self).joined(separator: ":")
        // The branch to which the simulator pushes.
        setup.flags[.branch] = "dcos"
        setup.flags[.deployTimeout] = "\(8 * Slowness.factor)"
        return setup
    }

    /// Runs the body with an observer of this recipe and a double of the program that it deploys with.
    /// - Parameters:
    ///   - script: Of the double; see `ProgramDoubles`.
    ///   - replaced: The settings that the test replaces, given the directory of the double.
    static func with(
        _ name: String, double program: String, _ script: String,
        replacing replaced: (_ directory: String) -> [String: String] = { _ in [:] },
        _ body: @escaping @Sendable (World, Recipe, ProgramDoubles) async throws -> Void
    ) async throws {
        let recipe = try Recipe(name)
        let doubles = try ProgramDoubles()
        defer { try? FileManager.default.removeItem(atPath: doubles.directory) }
        try doubles.add(program, script)
        try await withObserver(recipe.setup(replaced(doubles.directory), path: doubles.directory)) { world in
            try await body(world, recipe, doubles)
        }
    }

    /// `NAME=VALUE` lines, as the shell and systemd read them.
    private static func variables(in text: String) -> [String: String] {
        var variables: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            variables[String(parts[0])] = parts[1].trimmingCharacters(in: CharacterSet(charactersIn: "\""))
        }
        return variables
    }
}

/// A directory for programs that replace real ones and record how they are called.
struct ProgramDoubles: Sendable {
    let directory: String

    init() throws {
        directory = try temporaryDirectory()
    }

    /// Installs a program.
    /// - Parameter script: For `sh`; `$HERE` is the directory, and the call is recorded already.
    func add(_ name: String, _ script: String) throws {
        let path = "\(directory)/\(name)"
        let head = "#!/bin/sh\nHERE=\(directory)\necho \"$*\" >>\"$HERE/\(name).calls\"\n"
        try (head + script).write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
    }

    /// The arguments of each call.
    func calls(of name: String) throws -> [String] {
        try String(contentsOfFile: "\(directory)/\(name).calls", encoding: .utf8).split(separator: "\n").map(
            String.init)
    }
}

extension World {
    /// Pushes the files of a recipe, with changes, and waits for the deployment to end.
    func deploy(_ recipe: Recipe, changing changes: [String: FileChange] = [:]) async throws -> Deployment {
        let files = recipe.files.merging(changes) { $1 }
        let push = try await gitHub.push([NewCommit("Deploy the recipe", files)])
        return try await end(of: push.after)
    }

    /// Deploys a change of a recipe that does not become healthy.
    /// - Returns: The outcome, which must report that the previous version is back and healthy.
    func rollBack(_ recipe: Recipe, changing changes: [String: FileChange]) async throws -> String {
        let run = try await deploy(recipe, changing: changes)
        let outcome = run.outcome ?? ""
        #expect(run.stage == .failed && outcome.hasSuffix("and it is healthy."), "\(outcome)")
        return outcome
    }
}
