import ArgumentParser
import Foundation
import Glibc
import ObserverEngine

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "init", abstract: "Prepare a clone for its first deployment: writes dploy.app, an example and the token.",
        discussion: """
            Takes the repository from repo_url in an existing dploy.app, or else from the git remote 'origin', the \
            current branch, and the token from .pat, DPLOY_OBSERVER_GITHUB_PAT, GITHUB_TOKEN, GH_TOKEN or 'gh auth \
            token'. The token is stored in .pat, unless GitHub rejects it, and .pat is added to .gitignore. Existing \
            files are kept. Finally, runs the checks of 'observer doctor' and prints the next steps. Nothing is \
            deployed, committed or pushed.

            Exits with status 1 if something must be fixed first.
            """)

    /// Something must be fixed before the next steps.
    struct Unfinished: Error, CustomStringConvertible {
        let count: Int

        var description: String { "\(count == 1 ? "1 problem" : "\(count) problems") found; see 'Fix first'." }
    }

    @Option(
        name: [
            .customLong("kind", withSingleDash: true), .customLong("kind"),
            // The flag of the run, which means the same.
            .customLong("target", withSingleDash: true), .customLong("target"),
        ], help: "How to deploy: compose, marathon or command. (default: asks)")
    var kind: ProjectKind?

    @OptionGroup var location: CloneFlags

    func run() async throws {
        let directory = FileManager.default.currentDirectoryPath
        let project = try await project(in: directory)
        try show("Repository \(project.repository), branch \(project.branch)")
        if let choice = project.choice(insteadOf: await GitCommand(in: directory).origin(at: project.website)) {
            try show(choice.printable)
        }
        let kind = try await chosenKind(project)
        let flags = settings(kind, project)
        var problems: [String] = []
        if await GitCommand(in: directory).isTracked(".pat") {
            problems.append(
                ".pat: It is in the repository. Run 'git rm --cached .pat', revoke the token at "
                    + "\(project.website)/settings/tokens, and write a new one to .pat.")
        }
        let hasToken = try await storeToken(in: directory, flags)
        for file in project.missingFiles(for: kind) {
            try write(file, in: directory)
            try show("Wrote \(file.path)")
        }
        try show("")
        problems += try await examine(directory, kind, flags, hasToken: hasToken)
        try show(Self.nextSteps(project, kind, after: problems))
        if !problems.isEmpty { throw Unfinished(count: problems.count) }
    }

    /// The steps that are left, in their order.
    static func nextSteps(_ project: Project, _ kind: ProjectKind, after problems: [String]) -> String {
        let fixes = problems.isEmpty ? [] : ["", "Fix first:"] + problems.map { "  \($0.printable)" }
        let commands = [
            kind.check, "git add . && git commit -m \"Deploy with observer\" && git push origin HEAD:\(project.branch)",
            project.start(kind),
        ].compactMap(\.self)
        let steps = ["", problems.isEmpty ? "Next:" : "Then:"] + commands.map { "  \($0)" }
        return (fixes + steps).joined(separator: "\n")
    }

    private var output: OutputFlags { get throws { try OutputFlags.parse([]) } }

    /// In order with the reports, which are not buffered.
    private func show(_ text: String) throws { try output.write(line: text + "\n") }

    // MARK: - The clone

    private func project(in directory: String) async throws -> Project {
        let environment = ProcessInfo.processInfo.environment
        var reader = ConfigurationReader(
            sources: SettingSources(flags: location.given, environment: environment, directory: directory))
        let repository: RepositoryName
        do throws(ConfigurationError) {
            repository = try reader.readWatchedRepository()
        } catch {
            // If nothing is set, it matters more what the directory is.
            var found: String?
            if error.problems.allSatisfy(\.isMissing) {
                found = await GitCommand(in: directory).whyUnsuitable(website: reader.website)
            }
            throw ActionImpossible(
                "\(found ?? "\(error)")\n"
                    + "Run 'observer init' in the root of a clone from GitHub, or add -owner and -repo.")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        let ignored = (try? String(contentsOfFile: directory + "/.gitignore", encoding: .utf8)) ?? ""
        let descriptor = FileManager.default.contents(atPath: "\(directory)/\(AppDescriptor.fileName)")
            .flatMap { try? AppDescriptor(yaml: $0) }
        return Project(
            repository: repository, branch: try branch(in: directory), website: reader.website, files: Set(names),
            ignored: ignored, descriptor: descriptor)
    }

    private func branch(in directory: String) throws -> String {
        if let branch = location.branch ?? GitClone.currentBranch(in: directory) { return branch }
        throw ValidationError("No branch is checked out in this directory. Add -branch with the branch to deploy.")
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
            guard let answer = try await BlockingWork.runLong({ readLine() }) else { throw Confirmation.Declined() }
            let word = answer.trimmingCharacters(in: .whitespaces).lowercased()
            if word.isEmpty { return usual }
            if let kind = ProjectKind(rawValue: word) { return kind }
            try FileHandle.standardError.write(contentsOf: Data("'\(word.printable)' is not one of \(choices).\n".utf8))
        }
    }

    /// The settings with which the observer is going to run.
    private func settings(_ kind: ProjectKind, _ project: Project) -> [Setting: String] {
        var flags = location.given
        flags[.branch] = project.branch
        flags[.target] = kind.rawValue
        if kind == .command { flags[.deployCommand] = "./deploy.sh" }
        return flags
    }

    // MARK: - The token

    /// Stores the first token that GitHub does not reject.
    /// - Returns: Whether there is a token.
    private func storeToken(in directory: String, _ flags: [Setting: String]) async throws -> Bool {
        if (try? PersonalAccessToken.content(ofFile: directory + "/.pat"))?.isEmpty == false {
            try show("Token from \(TokenSource.file.words)")
            return true
        }
        for source in TokenSource.variables.map(TokenSource.variable) + [.gh] {
            guard let token = await token(from: source, in: directory) else { continue }
            if try await isRejected(token, in: directory, flags) {
                try show("GitHub rejects the token from \(source.words); it was not stored")
                continue
            }
            try store(token, in: directory + "/.pat")
            try show("Token from \(source.words), stored in .pat")
            return true
        }
        try show("No token found")
        return false
    }

    /// Writes a file that only its owner can read.
    private func store(_ token: String, in file: String) throws {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ActionImpossible("Can't write \(file): \(String(cString: strerror(errno)).lowercased()).")
        }
        // An empty file may have been there.
        fchmod(descriptor, 0o600)
        try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).write(contentsOf: Data("\(token)\n".utf8))
    }

    /// nil if there is none, or it can't be a token.
    private func token(from source: TokenSource, in directory: String) async -> String? {
        let environment = ProcessInfo.processInfo.environment
        let token: String?
        switch source {
        case .file: token = nil
        case .variable(let name): token = environment[name]
        case .gh:
            let gh = ChildProcess("gh", ["auth", "token"], environment: environment, directory: directory)
            let answer = try? await withTimeout(.seconds(10)) { try await gh.collect(limit: 4096) }
            token = answer.flatMap { $0.ending.isSuccess ? String(decoding: $0.standardOutput, as: UTF8.self) : nil }
        }
        let trimmed = token?.trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed.flatMap { PersonalAccessToken.flaw(in: $0) == nil ? $0 : nil }
    }

    /// With invalid settings, GitHub can't be asked; doctor reports them.
    private func isRejected(_ token: String, in directory: String, _ flags: [Setting: String]) async throws -> Bool {
        var reader = ConfigurationReader(
            sources: SettingSources(
                flags: flags.merging([.pat: token]) { $1 }, environment: ProcessInfo.processInfo.environment,
                directory: directory))
        guard let configuration = try? reader.read() else { return false }
        return try await HTTPTransport.with(configuration.network) { http in
            try await Doctor.isTokenRejected(configuration, http: http)
        }
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
    /// - Returns: What must be fixed.
    private func examine(
        _ directory: String, _ kind: ProjectKind, _ flags: [Setting: String], hasToken: Bool
    ) async throws -> [String] {
        var problems: [String] = []
        if kind != .command {
            do {
                let report = try await PlanCommand.withPlan(flags) { try await $0.check(directory) }
                try output.write(PlanPage(report: report, isOffline: true))
                problems += report.problems.map { "\($0.place): \($0.sentence)" }
            } catch let problem as ActionImpossible {
                try show(problem.description.printable)
                problems.append("files: \(problem.description)")
            }
        }
        let findings = try await DoctorCommand.findings(flags: flags)
        try output.write(DoctorReport(findings: findings))
        let failures = findings.filter { $0.verdict == .failure }
        problems += failures.map { finding in
            // The settings say themselves how to fix them.
            let advice = finding.check == .settings ? finding.text : finding.remedy ?? finding.text
            return "\(finding.check.rawValue): \(advice)"
        }
        if !hasToken, !failures.contains(where: { [.settings, .token].contains($0.check) }) {
            problems.append("token: Write a personal access token to .pat.")
        }
        return problems
    }
}

/// The flags of the settings that a clone can also provide.
struct CloneFlags: ParsableArguments {
    @Option(
        name: .goStyle("owner"),
        help: ArgumentHelp(
            "The GitHub owner. (default: that of dploy.app, or else of the git remote 'origin')", valueName: "string"))
    var owner: String?

    @Option(
        name: .goStyle("repo"),
        help: ArgumentHelp(
            "The GitHub repo. (default: that of dploy.app, or else of the git remote 'origin')", valueName: "string"))
    var repo: String?

    @Option(
        name: .goStyle("branch"),
        help: ArgumentHelp("The branch to deploy. (default: the current branch)", valueName: "string"))
    var branch: String?

    @Option(name: .setting(.state), help: .setting(.state), completion: .directory) var state: String?
    @Option(name: .setting(.caFile), help: .setting(.caFile), completion: .file()) var caFile: String?
    @Option(name: .setting(.gitHubAPI), help: .setting(.gitHubAPI)) var gitHubAPI: String?

    var given: [Setting: String] {
        let values: [Setting: String?] = [
            .owner: owner, .repo: repo, .branch: branch, .state: state, .caFile: caFile, .gitHubAPI: gitHubAPI,
        ]
        return values.compactMapValues(\.self)
    }
}

extension ProjectKind: ExpressibleByArgument {}
