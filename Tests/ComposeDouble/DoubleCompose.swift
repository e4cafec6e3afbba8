import Crypto
import Foundation
import Glibc

/// The simulated compose command.
struct DoubleCompose {
    let world: DoubleWorld
    let environment: [String: String]

    func run(_ arguments: [String]) throws {
        var (files, name, environmentFile): ([String], String, String?) = ([], "default", nil)
        var rest = arguments[...]
        while let argument = rest.first, argument.hasPrefix("-") {
            rest = rest.dropFirst()
            switch argument {
            case "-f": files.append(rest.popFirst() ?? "")
            case "-p": name = rest.popFirst() ?? ""
            case "--env-file": environmentFile = rest.popFirst()
            default: throw DoubleFailure(message: "unknown flag: \(argument)", status: 16)
            }
        }
        let verb = rest.popFirst() ?? ""
        if world.fault == .late { sleep(1) }
        if verb == "version" { return print("Docker Compose version v2.99.0-double") }
        let project = try DoubleProject(
            name: name, files: files, environmentFile: environmentFile, environment: environment)
        if verb == "config" {
            if world.fault == .oldClient {
                throw DoubleFailure(message: "(root) Additional property name is not allowed", status: 15)
            }
            return print(try project.printed())
        }
        world.beginCall(([verb] + rest).joined(separator: " "))
        try checkEngine(world)
        if world.fault == .diskFull {
            throw DoubleFailure(message: "write /var/lib/docker/tmp/GetImageBlob1: no space left on device")
        }
        switch verb {
        case "build": try build(Array(rest), of: project)
        case "pull": try pull(Array(rest), of: project)
        case "up":
            let known: Set<String> = ["-d", "--no-build", "--force-recreate"]
            guard rest.allSatisfy(known.contains) else { throw DoubleFailure(message: "unknown flag", status: 16) }
            try up(project, isForced: rest.contains("--force-recreate"), builds: !rest.contains("--no-build"))
        default: throw DoubleFailure(message: "unknown docker command: \"compose \(verb)\"", status: 16)
        }
    }

    // MARK: - Images

    private func build(_ services: [String], of project: DoubleProject) throws {
        for service in services {
            guard let build = project.services[service]?["build"] as? [String: Any],
                let context = build["context"] as? String
            else { continue }
            guard let recipe = FileManager.default.contents(atPath: context + "/Dockerfile") else {
                throw DoubleFailure(
                    message: "failed to solve: failed to read dockerfile: open Dockerfile: no such file or directory",
                    status: 17)
            }
            note("#1 [\(service) 1/2] FROM docker.io/library/busybox")
            if String(decoding: recipe, as: UTF8.self).contains("RUN false") {
                throw DoubleFailure(
                    message:
                        "failed to solve: process \"/bin/sh -c false\" did not complete successfully: exit code: 1",
                    status: 17)
            }
            // COPY app /app
            let content = recipe + (FileManager.default.contents(atPath: context + "/app") ?? Data())
            try world.change { $0.images[project.imageName(of: service)] = Self.id(of: content) }
        }
    }

    private func pull(_ services: [String], of project: DoubleProject) throws {
        for service in services {
            let image = project.imageName(of: service)
            note(" \(service) Pulling ")
            switch world.fault {
            case .pullRefused:
                throw DoubleFailure(
                    message:
                        "Error response from daemon: pull access denied for \(image), repository does not exist or may require 'docker login'"
                )
            case .registryDown:
                throw DoubleFailure(
                    message:
                        "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io: no such host"
                )
            case .pullsNothing:
                note(" \(service) Pulled ")
                continue
            default: break
            }
            guard !image.contains("unknown") else {
                throw DoubleFailure(
                    message: "Error response from daemon: manifest for \(image) not found: manifest unknown")
            }
            try world.change { $0.images[image] = Self.id(of: Data(image.utf8)) }
        }
    }

    private static func id(of content: Data) -> String {
        "sha256:" + SHA256.hash(data: content).map { String(format: "%02x", $0) }.joined()
    }

    // MARK: - Containers

    /// Each step is on disk before the next one, as with a real engine: a kill leaves whatever was done.
    private func up(_ project: DoubleProject, isForced: Bool, builds: Bool) throws {
        var changed = 0
        for service in project.ordered {
            try waitForDependencies(of: service, in: project)
            let hash = try project.hash(of: service)
            let name = project.imageName(of: service)
            guard let image = try world.state.images[name] else {
                if project.services[service]?["build"] == nil || !builds {
                    try takeDown(try containers(of: service, in: project))
                    throw DoubleFailure(message: "Error response from daemon: No such image: \(name)")
                }
                try build([service], of: project)
                continue
            }
            let own = try containers(of: service, in: project)
            let scale = project.services[service]?["scale"] as? Int ?? 1
            for number in 1...max(1, scale) where number <= scale {
                let wanted = "\(project.name)-\(service)-\(number)"
                let old = own.first { $0.name == wanted }
                if let old, !isForced, old.labels["com.docker.compose.config-hash"] == hash, old.image == image {
                    if old.stoppedAt != nil || old.startedAt == nil { try start(old.id, wanted) }
                    continue
                }
                try replace(old, with: wanted, of: service, in: project, hash: hash, image: (name, image))
                changed += 1
                if world.fault == .half {
                    throw DoubleFailure(
                        message:
                            "Error response from daemon: driver failed programming external connectivity on endpoint \(wanted): Bind for 0.0.0.0:80 failed: port is already allocated"
                    )
                }
                if world.fault == .hang {
                    signal(SIGTERM, SIG_IGN)
                    while true { sleep(1) }
                }
            }
            for extra in own
            where !(1...max(1, scale)).contains(where: { extra.name == "\(project.name)-\(service)-\($0)" })
                || scale == 0
            {
                // More than wanted, or left by a call that was killed.
                try world.change { state in state.containers.removeAll { $0.id == extra.id } }
            }
        }
    }

    /// docker-compose 1 stops the containers of a service before it misses the image.
    private func takeDown(_ containers: [DoubleWorld.Container]) throws {
        let ids = Set(containers.map(\.id))
        try world.change { state in
            for index in state.containers.indices where ids.contains(state.containers[index].id) {
                state.containers[index].stoppedAt = Date()
            }
        }
    }

    private func replace(
        _ old: DoubleWorld.Container?, with name: String, of service: String, in project: DoubleProject, hash: String,
        image: (name: String, id: String)
    ) throws {
        if let old {
            note(" Container \(name)  Recreate")
            try world.change { state in
                for index in state.containers.indices where state.containers[index].id == old.id {
                    state.containers[index].name = "\(old.id.prefix(12))_\(name)"
                    state.containers[index].stoppedAt = state.containers[index].stoppedAt ?? Date()
                }
            }
            pause()
        } else {
            note(" Container \(name)  Creating")
        }
        let fields = project.services[service] ?? [:]
        var labels = (fields["labels"] as? [String: Any] ?? [:]).mapValues { "\($0)" }
        labels["com.docker.compose.project"] = project.name
        labels["com.docker.compose.service"] = service
        labels["com.docker.compose.oneoff"] = "False"
        labels["com.docker.compose.config-hash"] = hash
        labels["com.docker.compose.project.working_dir"] = project.directory
        let all = labels
        let ports = (fields["ports"] as? [[String: Any]] ?? []).compactMap { Int("\($0["published"] ?? "")") }
        let network = try networkMode(of: fields, in: project)
        let id = try world.change { state in
            let id = state.makeID()
            state.containers.append(
                DoubleWorld.Container(
                    id: id, name: name, project: project.name, service: service, image: image.id, imageName: image.name,
                    labels: all, createdAt: Date(), behaviour: fields["x-double"] as? String ?? "",
                    hasHealthCheck: fields["healthcheck"] != nil, restartPolicy: fields["restart"] as? String ?? "no",
                    output: ["\(service) starts", fields["x-output"] as? String ?? "\(service) is running"].map {
                        DoubleWorld.Container.Line(text: $0)
                    }, ports: ports, networkMode: network))
            state.created.append("\(service) \(all["DPLOY_COMMIT"]?.prefix(7) ?? "")")
            return id
        }
        pause()
        if let old { try world.change { state in state.containers.removeAll { $0.id == old.id } } }
        try start(id, name)
    }

    /// That of another service is one of its containers.
    private func networkMode(of fields: [String: Any], in project: DoubleProject) throws -> String {
        let mode = fields["network_mode"] as? String ?? "bridge"
        guard mode.hasPrefix("service:") else { return mode }
        let service = String(mode.dropFirst("service:".count))
        guard let container = try containers(of: service, in: project).first else {
            throw DoubleFailure(message: "cannot share namespace with service \(service): container missing")
        }
        return "container:" + container.id
    }

    private func start(_ id: String, _ name: String) throws {
        pause()
        try world.change { try $0.start(id) }
        note(" Container \(name)  Started")
    }

    private func waitForDependencies(of service: String, in project: DoubleProject) throws {
        for (name, condition) in DoubleProject.dependencies(of: project.services[service] ?? [:]) {
            guard condition == "service_healthy" else { continue }
            while true {
                let states = try containers(of: name, in: project).map { DoubleState(of: $0, at: Date()) }
                if states.allSatisfy({ $0.health == "healthy" }) { break }
                if states.contains(where: { $0.health == "unhealthy" }) {
                    throw DoubleFailure(
                        message: "dependency failed to start: container \(project.name)-\(name)-1 is unhealthy")
                }
                usleep(20_000)
            }
        }
    }

    private func containers(of service: String, in project: DoubleProject) throws -> [DoubleWorld.Container] {
        try world.state.containers.filter { $0.project == project.name && $0.service == service }
    }

    private func pause() {
        if world.fault == .slow { usleep(40_000) }
        while world.fault == .held { usleep(20_000) }
    }

    private func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}

/// - Throws: `DoubleFailure` while the engine is not available.
func checkEngine(_ world: DoubleWorld) throws {
    switch world.fault {
    case .daemonDown:
        throw DoubleFailure(
            message: "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"
        )
    case .permission:
        throw DoubleFailure(
            message:
                "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: "
                + "Get \"http://%2Fvar%2Frun%2Fdocker.sock/v1.50/containers/json\": dial unix /var/run/docker.sock: connect: permission denied"
        )
    default: break
    }
}
