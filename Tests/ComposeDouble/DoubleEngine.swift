import Foundation
import Glibc

/// The simulated client of the container engine.
struct DoubleEngine {
    let world: DoubleWorld

    func run(_ arguments: [String]) throws {
        try checkEngine(world)
        if arguments.first == "events" { return watch() }
        switch world.fault {
        case .late: sleep(1)
        case .silent: while getppid() != 1 { usleep(50_000) }
        default: break
        }
        var rest = arguments[...]
        switch rest.popFirst() {
        case "version": print("99.0-double")
        case "info": print(world.directory)
        case "ps": try list(Array(rest))
        case "inspect": try inspect(Array(rest.dropFirst(2)))
        case "image": try image(Array(rest))
        case "tag": try tag(rest.first ?? "", rest.last ?? "")
        case "logs": try logs(Array(rest))
        case "start": try world.change { state in for id in rest { try state.start(id) } }
        case "stop": try stop(Array(rest))
        case "unpause": try unpause(Array(rest))
        case "rm": try remove(Array(rest.filter { $0 != "--force" }))
        case "volume": try volume(Array(rest))
        case let verb: throw DoubleFailure(message: "unknown command: docker \(verb ?? "")")
        }
    }

    private func list(_ arguments: [String]) throws {
        let filters = arguments.filter { $0.hasPrefix("label=") }.map {
            $0.dropFirst("label=".count).split(separator: "=", maxSplits: 1).map(String.init)
        }
        for container in try world.state.containers {
            let isListed = filters.allSatisfy { filter in
                let value = container.labels[filter[0]]
                return filter.count > 1 ? value == filter[1] : value != nil
            }
            if isListed { print(container.id) }
        }
    }

    private func inspect(_ ids: [String]) throws {
        let containers = try world.state.containers
        let now = Date()
        var answers: [[String: Any]] = []
        for id in ids {
            guard let container = containers.first(where: { $0.id == id }) else {
                print("[]")
                throw DoubleFailure(message: "Error response from daemon: No such container: \(id)")
            }
            answers.append(Self.answer(on: container, at: now))
        }
        let data = try JSONSerialization.data(withJSONObject: answers, options: [.withoutEscapingSlashes])
        print(String(decoding: data, as: UTF8.self))
    }

    private static func answer(on container: DoubleWorld.Container, at now: Date) -> [String: Any] {
        let state = DoubleState(of: container, at: now)
        let time = { (date: Date) in date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }
        var described: [String: Any] = [
            "Status": state.status, "ExitCode": state.exitCode, "OOMKilled": false, "Error": "",
            "StartedAt": state.startedAt.map(time) ?? "0001-01-01T00:00:00Z",
        ]
        if let health = state.health {
            let log: [[String: Any]] = [["ExitCode": 0, "Output": state.healthOutput]]
            described["Health"] = ["Status": health, "FailingStreak": 0, "Log": log] as [String: Any]
        }
        let ports = (state.isUp ? container.ports : []).map { port in
            ("\(port)/tcp", [["HostIp": "0.0.0.0", "HostPort": "\(port)"]])
        }
        return [
            "Id": container.id, "Name": "/" + container.name, "Created": time(container.createdAt),
            "Image": container.image, "RestartCount": state.restarts, "State": described,
            "Config": ["Image": container.imageName, "Labels": container.labels],
            "HostConfig": [
                "RestartPolicy": ["Name": container.restartPolicy, "MaximumRetryCount": 0] as [String: Any],
                "NetworkMode": container.networkMode,
            ] as [String: Any],
            "NetworkSettings": ["Ports": Dictionary(ports) { first, _ in first }],
        ]
    }

    private func image(_ arguments: [String]) throws {
        let name = arguments.last ?? ""
        guard let id = try world.state.images[name] else {
            throw DoubleFailure(message: "Error response from daemon: No such image: \(name)")
        }
        print(id)
    }

    private func tag(_ id: String, _ name: String) throws {
        try world.change { $0.images[name] = id }
    }

    private func logs(_ arguments: [String]) throws {
        let id = arguments.last ?? ""
        let option = { (name: String) in
            arguments.firstIndex(of: name).map { arguments[$0 + 1] }
        }
        func find() throws -> DoubleWorld.Container? { try world.state.containers.first { $0.id == id } }
        guard let container = try find() else {
            throw DoubleFailure(message: "Error response from daemon: No such container: \(id)")
        }
        let start = option("--since").flatMap {
            try? Date($0, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        }
        let old = container.output.filter { $0.at >= start ?? .distantPast }
        write(old.suffix(option("--tail").flatMap(Int.init) ?? .max))
        guard arguments.contains("--follow") else { return }
        world.append("\(getpid())", to: "followers")
        var count = container.output.count
        while getppid() != 1, let now = try find() {
            write(now.output.dropFirst(count))
            count = now.output.count
            if now.stoppedAt != nil { return }
            usleep(50_000)
        }
    }

    private func write(_ lines: some Collection<DoubleWorld.Container.Line>) {
        FileHandle.standardOutput.write(Data(lines.map { $0.text + "\n" }.joined().utf8))
    }

    private func stop(_ ids: [String]) throws {
        try world.change { state in
            for index in state.containers.indices where ids.contains(state.containers[index].id) {
                state.containers[index].stoppedAt = Date()
            }
        }
    }

    private func unpause(_ ids: [String]) throws {
        try world.change { state in
            for index in state.containers.indices where ids.contains(state.containers[index].id) {
                state.containers[index].isPaused = false
            }
        }
    }

    /// Like Podman, it keeps a container whose network another one uses, and removes the others.
    private func remove(_ ids: [String]) throws {
        var complaint: String?
        for id in ids {
            let user = try world.change { state -> String? in
                let user = state.containers.first { $0.networkMode == "container:" + id }
                if user == nil { state.containers.removeAll { $0.id == id } }
                return user?.id
            }
            guard let user else { continue }
            complaint =
                "Error response from daemon: container \(id) has dependent containers which must be removed before it: \(user): container already exists"
        }
        if let complaint { throw DoubleFailure(message: complaint) }
    }

    private func volume(_ arguments: [String]) throws {
        let names = Array(arguments.dropFirst())
        switch arguments.first {
        case "ls":
            let key = String(names.last?.split(separator: "=").last ?? "")
            for (name, labels) in try world.state.volumes where labels[key] != nil { print(name) }
        case "inspect":
            let volumes = try world.state.volumes
            let answers = names.map { ["Name": $0, "Labels": volumes[$0] ?? [:]] as [String: Any] }
            print(String(decoding: try JSONSerialization.data(withJSONObject: answers), as: UTF8.self))
        case "create":
            let pairs = names.dropLast().filter { $0 != "--label" }.map { text in
                let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
                return (parts[0], parts.count > 1 ? parts[1] : "")
            }
            try world.change { $0.volumes[names.last ?? ""] = Dictionary(pairs) { $1 } }
        case "rm": try world.change { state in for name in names { state.volumes[name] = nil } }
        default: throw DoubleFailure(message: "unknown command: docker volume")
        }
    }

    /// Prints a line whenever the state changes.
    private func watch() {
        var seen = Date()
        while getppid() != 1 {
            usleep(50_000)
            let path = world.directory + "/state.json"
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            guard let changed = attributes?[.modificationDate] as? Date, changed > seen else { continue }
            seen = changed
            FileHandle.standardOutput.write(Data("start\n".utf8))
        }
    }
}

/// Runs a simulated command by the name with which it was called.
package enum DoubleProgram {
    package static func main() -> Int32 {
        let environment = ProcessInfo.processInfo.environment
        guard let directory = environment[DoubleWorld.variable] else {
            FileHandle.standardError.write(Data("\(DoubleWorld.variable) is not set\n".utf8))
            return 2
        }
        let world = DoubleWorld(directory: directory)
        let name = CommandLine.arguments[0].split(separator: "/").last.map(String.init) ?? ""
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            if name.hasSuffix("-compose") {
                try DoubleCompose(world: world, environment: environment).run(arguments)
            } else if arguments.first == "compose" {
                try DoubleCompose(world: world, environment: environment).run(Array(arguments.dropFirst()))
            } else {
                try DoubleEngine(world: world).run(arguments)
            }
            return 0
        } catch let failure as DoubleFailure {
            FileHandle.standardError.write(Data((failure.message + "\n").utf8))
            return failure.status
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            return 1
        }
    }
}
