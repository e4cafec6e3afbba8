import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Control socket")
struct ControlSocketTests {
    @Test(
        "moves to a private directory if something else is in its place, and a warning names both; commands find it there",
        arguments: ["directory", "file"])
    func taken(by kind: String) async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/control.sock"
        if kind == "file" {
            try Data().write(to: URL(filePath: path))
        } else {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        }
        var setup = ObserverSetup()
        setup.stateDirectory = directory
        try await withObserver(setup) { world in
            let used = try #require(try await world.engine.controlSocket.get())
            defer { try? FileManager.default.removeItem(atPath: used) }
            #expect(used == world.configuration.state.location.otherControlSocket)
            #expect(world.configuration.state.location.controlSocketInUse == used)
            let warning = try await world.log.wait(for: "Can't listen on \(path): it is not a socket.")
            #expect(warning.contains("Remove what is in its place, or choose another -state."))
            #expect(try await ControlClient(http: .shared, socket: used).engine().authentication == .granted)
            let mode = try FileManager.default.attributesOfItem(atPath: used)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.deployment(of: push.after, in: .succeeded)
        }
    }

    @Test("is in the state directory otherwise")
    func ordinary() async throws {
        try await withObserver { world in
            let used = try await world.engine.controlSocket.get()
            #expect(used == world.configuration.state.controlSocket)
            #expect(world.configuration.state.location.controlSocketInUse == used)
        }
    }
}
