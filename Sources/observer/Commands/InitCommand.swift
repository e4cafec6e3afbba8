import ArgumentParser
import Foundation
import Glibc
import ObserverEngine

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "init", abstract: "Prepare a clone for its first deployment: descriptor, token and an example.",
        discussion: """
            Takes the repository from the git remote 'origin', the current branch, and the token from .pat, \
            DPLOY_OBSERVER_GITHUB_PAT, GITHUB_TOKEN, GH_TOKEN or 'gh auth token'. The token is stored in .pat, and .pat is \
            added to .gitignore. Existing files are kept. Finally, runs the checks of 'observer doctor'. Nothing is \
            deployed, committed or pushed.
            """)

    @Option(name: .goStyle("kind"), help: "How to deploy: compose, marathon or command. (default: asks)")
    var kind: ProjectKind?

    @OptionGroup var location: LocationFlags

    func run() async throws {
        let directory = FileManager.default.currentDirectoryPath
        let project = try project(in: directory)
        try show("Repository \(project.repository), branch \(project.branch)")
        let kind = try await chosenKind(project)
        try await storeToken(in: directory)
        for file in project.missingFiles(for: kind) {
            try write(file, in: directory)
            try show("Wrote \(file.path)")
        }
        try show("")
        try await examine(directory, kind)
        try show(
            """

            Next:
              git add . && git commit -m "Deploy with observer" && git push origin HEAD:\(project.branch)
              \(kind.start)
            """)
    }

    private var output: OutputFlags { get throws { try OutputFlags.parse([]) } }

    /// In order with the reports, which are not buffered.
    private func show(_ text: String) throws { try output.write(line: text + "\n") }

    // MARK: - The clone

    private func project(in directory: String) throws -> Project {
        let environment = ProcessInfo.processInfo.environment
        var reader = ConfigurationReader(
            sources: SettingSources(flags: location.given, environment: environment, directory: directory))
        let repository: RepositoryName
        do throws(ConfigurationError) {
            repository = try reader.readWatchedRepository()
        } catch {
            throw ActionImpossible(
                "\(error)\nRun 'observer init' in the root of a clone from GitHub, or add -owner and -repo.")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        let ignored = (try? String(contentsOfFile: directory + "/.gitignore", encoding: .utf8)) ?? ""
        return Project(
            repository: repository, branch: location.branch ?? GitClone.currentBranch(in: directory) ?? "dcos",
            website: reader.website, files: Set(names), ignored: ignored)
    }

    private func chosenKind(_ project: Project) async throws -> ProjectKind {
        if let kind { return kind }
        let usual = project.hint ?? .compose
        guard isatty(STDIN_FILENO) == 1 else {
            if let hint = project.hint { return hint }
            throw ValidationError("There is no terminal to ask how to deploy; use -kind compose, marathon or command.")
        }
        let choices = ProjectKind.allCases.map(\.rawValue).joined(separator: ", ")
        while true {
            try FileHandle.standardError.write(contentsOf: Data("Deploy with (\(choices)) [\(usual.rawValue)]: ".utf8))
            guard let answer = try await BlockingWork.run({ readLine() }) else { throw Confirmation.Declined() }
            let word = answer.trimmingCharacters(in: .whitespaces).lowercased()
            if word.isEmpty { return usual }
            if let kind = ProjectKind(rawValue: word) { return kind }
        }
    }

    // MARK: - The token

    private func storeToken(in directory: String) async throws {
        guard let (source, token) = try await findToken(in: directory) else {
            return try show("No token found; write one to .pat (doctor explains which).")
        }
        guard source != .file else { return try show("Token from \(source.words)") }
        let file = directory + "/.pat"
        guard
            FileManager.default.createFile(
                atPath: file, contents: Data((token + "\n").utf8), attributes: [.posixPermissions: 0o600])
        else { throw ActionImpossible("Can't write \(file).") }
        try show("Token from \(source.words), stored in .pat")
    }

    private func findToken(in directory: String) async throws -> (TokenSource, String)? {
        if (try? PersonalAccessToken.content(ofFile: directory + "/.pat"))?.isEmpty == false { return (.file, "") }
        let environment = ProcessInfo.processInfo.environment
        for name in TokenSource.variables {
            if let token = environment[name], PersonalAccessToken.flaw(in: token) == nil {
                return (.variable(name), token)
            }
        }
        let gh = ChildProcess("gh", ["auth", "token"], environment: environment, directory: directory)
        let answer = try? await withTimeout(.seconds(10)) { try await gh.collect(limit: 4096) }
        guard let answer, answer.ending.isSuccess else { return nil }
        let token = String(decoding: answer.standardOutput, as: UTF8.self).trimmingCharacters(
            in: .whitespacesAndNewlines)
        return PersonalAccessToken.flaw(in: token) == nil ? (.gh, token) : nil
    }

    // MARK: - The files

    private func write(_ file: NewFile, in directory: String) throws {
        let path = directory + "/" + file.path
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try file.content.write(toFile: path, atomically: true, encoding: .utf8)
        if file.isExecutable {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
    }

    /// Checks the files, and shows the findings of doctor. A problem does not undo what was written.
    private func examine(_ directory: String, _ kind: ProjectKind) async throws {
        var flags = location.given
        flags[.target] = kind.rawValue
        if kind == .command {
            flags[.deployCommand] = "./deploy.sh"
        } else {
            do {
                let report = try await PlanCommand.withPlan(flags) { try await $0.check(directory) }
                try output.write(PlanPage(report: report, isOffline: true))
            } catch let problem as ActionImpossible {
                try show(problem.description.printable)
            }
        }
        try output.write(DoctorReport(findings: try await DoctorCommand.findings(flags: flags)))
    }
}

extension ProjectKind: ExpressibleByArgument {}
