import ArgumentParser
import Foundation
import ObserverEngine

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "plan", "[<ref>|<directory>]", abstract: "Show what a deployment would change, without changing anything.",
        discussion: """
            Without an argument or with a branch, a tag or a commit ID, asks a running observer. With a directory, such as \
            '.', plans the local files; this needs no running observer, only the settings of the target.

            Exits with status 0 if nothing would change, 2 if something would, and 1 if the specs are invalid or the plan \
            failed.
            """)

    @Argument(
        help: "Branch, tag, commit ID or local directory. (default: the head of the branch)", completion: .directory)
    var subject: String?

    @Flag(
        name: .goStyle("offline"),
        help: "Only check the files of a directory, without the target; without an argument those of '.'.")
    var isOffline = false

    @OptionGroup var address: AddressFlags
    @OptionGroup var location: LocationFlags
    @OptionGroup var target: TargetFlags
    @OptionGroup(visibility: .hidden) var others: OtherFlags
    @OptionGroup var output: OutputFlags

    func run() async throws {
        let report = try await report()
        try output.write(PlanPage(report: report, isOffline: isOffline))
        guard report.problems.isEmpty else { throw PlanPage.Invalid(count: report.problems.count) }
        if report.changesAnything { throw PlanPage.WouldChange() }
    }

    private func report() async throws -> PlanReport {
        if isOffline {
            let directory = subject ?? "."
            guard PlanSubject.isDirectory(directory) else {
                throw ValidationError("-offline checks a directory, and '\(directory.printable)' is not one.")
            }
            return try await Self.withPlan(flags) { try await $0.check(directory) }
        }
        switch PlanSubject(subject) {
        case .ref(let ref):
            return try await EngineFlags.withClient(address, location) { try await $0.plan(PlanRequest(ref: ref)) }
        case .directory(let path):
            guard PlanSubject.isDirectory(path) else {
                throw ValidationError("'\(path.printable)' is not a directory.")
            }
            return try await Self.withPlan(flags) { try await $0.plan(path) }
        }
    }

    private var flags: [Setting: String] {
        location.given.merging(target.given) { $1 }.merging(others.given) { $1 }
    }

    /// Calls the body with the plan of local files.
    /// - Throws: `ActionImpossible`, `ConfigurationError`
    static func withPlan(
        _ flags: [Setting: String], _ body: (DirectoryPlan) async throws -> PlanReport
    ) async throws -> PlanReport {
        var reader = ConfigurationReader(
            sources: SettingSources(
                flags: flags, environment: ProcessInfo.processInfo.environment,
                directory: FileManager.default.currentDirectoryPath))
        let settings = try reader.readTarget()
        let network = try reader.readNetworkSettings()
        // Without a repository there is no such directory, which only leaves out details.
        let state = (try? reader.readStateLocation())?.path ?? "/nonexistent"
        return try await HTTPTransport.with(network) { http in
            do {
                return try await body(
                    DirectoryPlan(
                        settings: settings, http: http, environment: ProcessInfo.processInfo.environment,
                        stateDirectory: state))
            } catch let failure as any DeploymentFailure {
                throw ActionImpossible(failure.description)
            }
        }
    }
}

/// The meaning of the argument of `plan`.
enum PlanSubject: Equatable {
    /// nil for the head of the branch.
    case ref(String?)
    case directory(String)

    /// An existing directory wins over a branch of the same name, which can be written as `heads/NAME`.
    init(_ argument: String?) {
        guard let argument else {
            self = .ref(nil)
            return
        }
        let isPath = argument.hasPrefix("/") || argument.hasPrefix(".")
        self = isPath || Self.isDirectory(argument) ? .directory(argument) : .ref(argument)
    }

    static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}
