/// A container that is up and has a port of the host which a service publishes, too.
struct PortConflict: Equatable, Sendable {
    let service: String
    let port: Int
    let holder: Container

    /// At most one for each container and service.
    /// - Parameter project: That of the services; their own containers do not count.
    static func all(
        of services: [ComposeService], in project: String, with containers: [Container]
    ) -> [PortConflict] {
        containers.filter(\.isUp).flatMap { container in
            services.compactMap { service -> PortConflict? in
                guard container.project != project || container.service != service.name else { return nil }
                let wanted = service.published
                let port = container.published.first { port in wanted.contains { $0.collides(with: port) } }
                return port.map {
                    PortConflict(service: service.name, port: $0.numbers.lowerBound, holder: container)
                }
            }
        }
    }
}

extension ComposePlan {
    /// Containers of removed services with a port that a created or changed service needs.
    var conflictsWithRemoved: [PortConflict] {
        conflicts(with: containers.filter { decision.removed.contains($0.service ?? "") })
    }

    /// A failure of Compose with the services of this branch that hold a port which it needs.
    func noting(_ failure: ComposeFailure, broken: [String]) -> ComposeFailure {
        guard case .ended(let step, let ending, let reason, _) = failure else { return failure }
        let notes = broken + (reason.reportsPortInUse ? portHolders : [])
        guard !notes.isEmpty else { return failure }
        return .ended(step, ending: ending, reason: reason, services: notes.joined(separator: "; "))
    }

    /// Ports in the network of the host are not known, only that there are other services in it.
    func noting(_ failure: ComposeFailure) -> ComposeFailure {
        guard case .unhealthy(let broken, let limit, _) = failure else { return failure }
        let isInUse = broken.contains { unhealthy in
            let service = services.first { $0.name == unhealthy.service }
            let output = unhealthy.lastLines + [unhealthy.reason].compactMap(\.self)
            return service?.usesHostNetwork == true && output.contains(where: \.reportsPortInUse)
        }
        let wanted = Set(services.map(\.name))
        let others = containers.filter { !wanted.contains($0.service ?? "") } + elsewhere
        let names = Set(others.filter { $0.isUp && $0.usesHostNetwork }.map(words(for:))).sorted()
        guard isInUse, !names.isEmpty else { return failure }
        let note =
            names.count == 1
            ? "\(names[0]) also uses the network of the host. If it holds the port, stop it and deploy again."
            : "\(names.joined(separator: ", ")) also use the network of the host. "
                + "If one of them holds the port, stop it and deploy again."
        return .unhealthy(broken, after: limit, note: note)
    }

    private var portHolders: [String] {
        let others = containers.filter { !decision.removed.contains($0.service ?? "") } + elsewhere
        return conflicts(with: others).map { conflict in
            let isOrphaned =
                conflict.holder.project == project.name && decision.orphaned.contains(conflict.holder.service ?? "")
            let remedy = isOrphaned ? " and is not in the compose file (-prune removes such services)" : ""
            return "\(words(for: conflict.holder)) holds port \(conflict.port) of \(conflict.service)\(remedy)"
        }
    }

    private func conflicts(with containers: [Container]) -> [PortConflict] {
        PortConflict.all(of: decision.applied.map(\.service), in: project.name, with: containers)
    }

    /// "web" or "web of the project shop"
    private func words(for container: Container) -> String {
        let name = container.service ?? container.name
        return container.project == project.name ? name : "\(name) of the project \(container.project ?? "")"
    }
}

extension String {
    /// Whether a program or an engine reports that a port is not free.
    fileprivate var reportsPortInUse: Bool {
        let text = lowercased()
        return ["port is already allocated", "address already in use", "address in use", "eaddrinuse"]
            .contains(where: text.contains)
    }
}
