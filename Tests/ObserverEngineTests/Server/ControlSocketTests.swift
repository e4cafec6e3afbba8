import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import Simulators
import Testing

@testable import ObserverEngine

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
            #expect(warning.contains("Remove whatever is there, or choose another directory with -state."))
            #expect(try await ControlClient(http: .shared, socket: used).engine().authentication == .granted)
            let mode = try FileManager.default.attributesOfItem(atPath: used)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.deployment(of: push.after, in: .succeeded)
        }
    }

    /// /sys holds no sockets: EPERM for root, EACCES for everyone else.
    @Test("moves to a private directory if the file system of the state directory holds no sockets")
    func unsupported() async throws {
        let location = StateLocation(path: "/sys")
        let listening = Latch<String?>()
        let log = Lines()
        let logger = EngineLog(level: .debug, format: .text, redactor: Redactor(secrets: [])) { log.append($0) }.logger
        let socket = ControlSocket(
            at: location, router: { Router(context: ObserverRequestContext.self) }, listening: listening,
            logger: logger)
        let group = ServiceGroup(services: [socket], logger: .silent)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let used = try await listening.get()
            #expect(used == location.otherControlSocket)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        try? FileManager.default.removeItem(atPath: location.otherControlSocket)
        #expect(log.all.first?.contains("Can't listen on /sys/control.sock: ") == true, "\(log.all)")
        #expect(log.all.first?.contains("choose another directory with -state.") == true)
        #expect(log.all.contains { $0.contains("Using the control socket \(location.otherControlSocket) instead") })
    }

    @Test("is created again after the state directory was removed, together with its lock")
    func removed() async throws {
        let directory = try temporaryDirectory() + "/state"
        let state = try StateDirectory(path: directory)
        let lock = StateLock(of: directory)
        let location = StateLocation(path: directory)
        let listening = Latch<String?>()
        let log = Lines()
        let logger = EngineLog(level: .debug, format: .text, redactor: Redactor(secrets: [])) { log.append($0) }.logger
        let socket = ControlSocket(
            at: location,
            router: {
                let router = Router(context: ObserverRequestContext.self)
                router.get("/v1/whoami") { _, _ in "" }
                return router
            }, listening: listening, checkingEvery: .milliseconds(20), logger: logger
        ) { try lock.restore() }
        let group = ServiceGroup(services: [socket], logger: .silent)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            _ = try await listening.get()
            try FileManager.default.removeItem(atPath: directory)
            try await log.wait(for: "control.sock was removed; created it again.")
            let client = JSONClient(http: .shared, base: ServiceURL(unixSocket: location.controlSocket))
            #expect(try await client.send(JSONRequest(.get, "/v1/whoami")).status == 200)
            // Another observer can't start with the new directory.
            #expect(throws: StateDirectory.Problem.self) { _ = try StateDirectory(path: directory) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        withExtendedLifetime(state) {}
        try FileManager.default.removeItem(atPath: directory)
    }

    @Test("is not taken from another observer that uses the state directory now")
    func takenOver() async throws {
        let directory = try temporaryDirectory() + "/state"
        let first = try StateDirectory(path: directory)
        let lock = StateLock(of: directory)
        // Still locked: nothing to do.
        try lock.restore()
        try FileManager.default.removeItem(atPath: directory)
        do {
            let other = try StateDirectory(path: directory)
            #expect(throws: StateDirectory.Problem.self) { try lock.restore() }
            withExtendedLifetime(other) {}
        }
        try lock.restore()
        #expect(throws: StateDirectory.Problem.self) { _ = try StateDirectory(path: directory) }
        withExtendedLifetime(first) {}
        try FileManager.default.removeItem(atPath: directory)
    }

    @Test("a socket whose permissions can't be changed is a warning, not the end")
    func unrestricted() {
        #expect(
            ObserverServer.restrict("/proc/self/none.sock")
                == "Can't restrict access to /proc/self/none.sock: no such file or directory. Make sure that no other "
                + "user can access its directory.")
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
