import Foundation

/// The changes that deploying a tree with Compose would make.
package struct ComposePlan: TargetPlan {
    let source: DeploymentSource
    let project: ComposeProject
    /// The files of the tree.
    let files: [String]
    let services: [ComposeService]
    /// The containers when the plan was made.
    let containers: [Container]
    /// Containers that earlier deployments of this branch left running in projects with another name.
    let elsewhere: [Container]
    let release: ComposeRelease?
    let decision: ComposeChanges

    package var changes: [AppChange] { decision.byService }
    package var summary: String { decision.summary }
    package var changesAnything: Bool { !decision.applied.isEmpty || !decision.removed.isEmpty }

    /// The build or pull of an image shows only later whether it differs.
    package var mayRestart: Bool {
        let running = Set(containers.compactMap(\.service))
        return decision.applied.contains { $0.dependsOnBuild && !$0.isNew }
            || services.contains { $0.alwaysPulls && running.contains($0.name) }
    }

    package var running: RunningCommit? { RunningCommit(containers: containers, of: project.app) }

    package var warnings: [PlanWarning] {
        let claims = decision.takenOver.sorted { $0.key < $1.key }.map {
            PlanWarning(verb: "claiming", text: "\($0.key), previously deployed by the dploy app \($0.value)")
        }
        let builds = decision.applied.filter { !$0.isNew && $0.dependsOnBuild }.map(\.service.name)
        return claims
            + builds.map {
                PlanWarning(verb: "building", text: "\($0): its containers are replaced only if its image differs")
            } + leftProjects
    }

    private var leftProjects: [PlanWarning] {
        Dictionary(grouping: elsewhere) { $0.project ?? "" }.sorted { $0.key < $1.key }.map { name, containers in
            let services = Set(containers.compactMap(\.service)).sorted()
            let (subject, object) = services.count == 1 ? ("it is", "it") : ("they are", "them")
            let removal = project.program.tools.removal(of: containers)
            let names = services.joined(separator: ", ")
            return PlanWarning(
                verb: "note",
                text: "the project \(name) still runs \(names): \(subject) no longer managed; "
                    + "remove \(object) with '\(removal)'")
        }
    }
}

/// One project of Compose, and the means to work with it.
struct ComposeProject: Sendable {
    /// The name by which managed services are found again.
    let app: String
    /// The name of the project.
    let name: String
    /// The version in the first compose file.
    let version: String?
    let program: ComposeProgram
    let engine: ContainerEngine
    let directory: ComposeDirectory
    let untracked: UntrackedFiles

    /// Gives a tree the files that are in the live tree only; a tree outside the state directory belongs to its user.
    func linkUntrackedFiles(into root: String) throws {
        guard directory.contains(root) else { return }
        try untracked.link(from: directory.live, into: root)
    }
}

extension RunningCommit {
    /// The commit that last changed a service; nil if none is running.
    init?(containers: [Container], of app: String) {
        let managed = containers.filter { $0.app == app && $0.commit != nil }
        guard let newest = managed.max(by: { ($0.createdAt ?? .distantPast) < ($1.createdAt ?? .distantPast) }),
            let commit = newest.commit.flatMap(CommitID.init(_:))
        else { return nil }
        self.init(commit: commit, changedAt: newest.createdAt)
    }
}
