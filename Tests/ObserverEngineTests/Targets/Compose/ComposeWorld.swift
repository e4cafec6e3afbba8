import ComposeDouble
import Foundation
import ObserverEngine
import Simulators

/// Starts an observer that deploys with a simulated compose command.
func withCompose<Value: Sendable>(
    _ setup: ObserverSetup = ObserverSetup(),
    _ body: @escaping @Sendable (World, DoubleWorld) async throws -> Value
) async throws -> Value {
    let directory = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let double = try DoubleWorld.make(in: directory)
    var setup = setup
    setup.flags[.target] = "compose"
    setup.environment.merge(double.environment) { $1 }
    return try await withObserver(setup) { world in try await body(world, double) }
}

/// A compose file for tests, in JSON, which is YAML.
struct ComposeFile {
    private var services: [String: String] = [:]

    init(_ services: [String: String] = [:]) {
        self.services = services
    }

    /// Two services, `db` and `web`.
    static func site(web: String = #""image": "web:1""#) -> ComposeFile {
        ComposeFile(["db": #""image": "db:1", "healthcheck": {"test": "true"}"#, "web": web])
    }

    var text: String {
        let all = services.sorted { $0.key < $1.key }.map { "    \"\($0.key)\": {\($0.value)}" }
        return "{\"services\": {\n\(all.joined(separator: ",\n"))\n}}\n"
    }

    var files: [String: String?] { ["compose.yaml": text] }
}

extension World {
    /// The directory of the tree that is running.
    var liveTree: String { configuration.state.directory + "/compose/tree" }
}
