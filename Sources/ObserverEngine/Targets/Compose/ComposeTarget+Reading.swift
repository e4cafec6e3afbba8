import Foundation

/// Reads a tree: its compose files, its project, and its services.
extension ComposeTarget {
    /// Compose's own order.
    static let fileNames = SpecReader.composeFiles
    private static let sizeLimit = 4 * 1024 * 1024

    func read(
        _ source: DeploymentSource, until deadline: ContinuousClock.Instant
    ) async throws -> (ComposeProject, TreeDigests, [ComposeService]) {
        let files = try files(in: source)
        let app = try SpecReader.readOptionalDescriptor(in: source.root, leftOut: source.leftOut)?.appName
        let name = app ?? source.name
        let documents = try files.map { try document($0, in: source.root) }
        let tools = try await tools()
        let environment = environment.merging(source.variables) { $1 }
        let projectName = settings.project ?? Self.projectName(name)
        var program = ComposeProgram(
            tools: tools, project: projectName, files: files, environment: environment, directory: directory,
            timeout: timeout)
        let profiles = ComposeProfiles(
            of: documents, environment: environment,
            file: directory.environmentFile(of: source.root, base: program.base))
        program.environment[ComposeProfiles.variable] = profiles.value
        let project = ComposeProject(
            app: name, name: projectName, version: documents.first?["version"]?.string, program: program,
            engine: ContainerEngine(tools: tools, environment: environment, directory: "/"), directory: directory,
            untracked: UntrackedFiles(of: documents, base: program.base))
        // The tree may have been read before, and have the links that follow.
        let digests = try await ComposeFailure.onDisk { [live = directory.live] in
            try TreeDigests(root: source.root, besidesLinksInto: live)
        }
        try await ComposeFailure.onDisk { try project.linkUntrackedFiles(into: source.root) }
        let output = try await program.config(of: source.root, until: deadline)
        let config = ComposeConfig(
            root: source.root, base: program.base, profiles: Set(profiles.names), digests: digests)
        do {
            let services = try await BlockingWork.runLong { try config.services(in: output) }
            guard !services.isEmpty else {
                throw SpecFailure.specsInvalid([SpecProblem(file: files[0], message: "defines no services")])
            }
            // podman-compose accepts them, and fails in the middle of a deployment.
            let problems = services.filter { $0.image == nil && !$0.isBuilt }.map {
                SpecProblem(
                    file: files[0], pointer: "/services/\($0.name)", message: "has neither an image nor a build context"
                )
            }
            guard problems.isEmpty else { throw SpecFailure.specsInvalid(problems) }
            return (project, digests, services)
        } catch let problem as YAMLDocument.Problem {
            throw SpecFailure.specsInvalid([SpecProblem(file: files[0], message: "\(problem)".withoutFullStop)])
        }
    }

    /// The number of services of a tree; needs no container engine.
    /// - Throws: `SpecFailure`, `ComposeFailure`, `CancellationError`
    func services(in source: DeploymentSource, until deadline: ContinuousClock.Instant) async throws -> Int {
        try await read(source, until: deadline).2.count
    }

    /// A name that Compose accepts: lower case, digits, hyphens and underscores, beginning with a letter or digit.
    static func projectName(_ name: String) -> String {
        let allowed = name.lowercased().map {
            $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) ? $0 : "-"
        }
        let trimmed = String(allowed).drop { "-_".contains($0) }
        return trimmed.isEmpty ? "app" : String(trimmed)
    }

    /// The compose files of the settings, or the first one with a usual name.
    private func files(in source: DeploymentSource) throws(SpecFailure) -> [String] {
        if !settings.files.isEmpty { return settings.files }
        for name in Self.fileNames {
            if let link = source.leftOut.first(where: { $0.path == name }) {
                throw .specsInvalid([SpecProblem(file: name, message: link.explanation)])
            }
            if FileManager.default.fileExists(atPath: source.root + "/" + name) { return [name] }
        }
        let gap = ArchiveGap(in: source.root)
        for name in Self.fileNames {
            if let reason = gap.reason(for: name) { throw .notInArchive(path: name, reason: reason) }
        }
        throw .specsInvalid([
            SpecProblem(
                file: Self.fileNames[0],
                message: "is missing, and so are \(Self.fileNames.dropFirst().joined(separator: ", "))")
        ])
    }

    private func document(_ file: String, in root: String) throws(SpecFailure) -> JSONValue {
        let content: [UInt8]
        do throws(BoundedFile.Problem) {
            content = try BoundedFile.read(root + "/" + file, limit: Self.sizeLimit)
        } catch {
            throw .specsInvalid([SpecProblem(file: file, message: "can't be read: \(error.reason)")])
        }
        do throws(YAMLDocument.Problem) {
            return try YAMLDocument.value(of: content.text)
        } catch {
            throw .specsInvalid([SpecProblem(file: file, message: "\(error)".withoutFullStop)])
        }
    }
}

extension DeploymentSource {
    /// The name of the repository; that of the directory where no repository is known.
    fileprivate var name: String {
        let name = branch.repository.name
        return name.isEmpty
            ? (root as NSString).standardizingPath.split(separator: "/").last.map(String.init) ?? "" : name
    }
}
