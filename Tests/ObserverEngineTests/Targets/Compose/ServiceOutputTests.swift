import ComposeDouble
import Foundation
import Glibc
import ObserverEngine
import Simulators
import Testing

@testable import struct ObserverEngine.Container
@testable import struct ObserverEngine.ContainerEngine
@testable import struct ObserverEngine.FollowedContainers
@testable import enum ObserverEngine.OutputStart

@Suite("The output of a service that is followed")
struct ServiceOutputTests {
    @Test(
        "it begins with the last lines, continues with the container that replaces the first, and ends with the service"
    )
    func followed() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site(web: #""image": "web:1", "x-output": "first""#).files)
            let token = GitHubSimulator.Token.standard.value
            try await withTimeout(.testTimeout) {
                var output = try await FollowedOutput(of: "web", lines: 1, through: try await world.control())
                #expect(try await output.next()?.line == "first")
                try double.change { $0.edit("web") { $0.print("second, with \(token)") } }
                let second = try #require(try await output.next())
                #expect(second.output.instance == "s4d-web-1")
                #expect(second.line.hasPrefix("second, with ") && !second.line.contains(token))

                try await world.deploy(ComposeFile.site(web: #""image": "web:2", "x-output": "third""#).files)
                let started = try await output.next()?.line
                #expect(started == "web starts")
                let third = try await output.next()?.line
                #expect(third == "third")

                // Someone stops and starts it.
                try double.change { $0.edit("web") { $0.stoppedAt = Date() } }
                try await Task.sleep(for: .seconds(1))
                try double.change { state in
                    state.edit("web") { container in
                        container.stoppedAt = nil
                        container.startedAt = Date()
                        container.print("fourth")
                    }
                }
                let fourth = try await output.next()?.line
                #expect(fourth == "fourth")

                try double.change { state in state.containers.removeAll { $0.service == "web" } }
                #expect(try await output.event() == .end(problem: nil))
                #expect(try await output.event() == nil)
            }
        }
    }

    @Test("an engine that stops ends it with the reason, and an unknown service is refused at once")
    func unavailable() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site().files)
            let client = try await world.control()
            let unknown = try await refusal { try await client.follow("nothing", lines: 1) }
            #expect(unknown?.description == "There is no app 'nothing'; see 'observer apps'.")
            try await withTimeout(.testTimeout) {
                var output = try await FollowedOutput(of: "db", lines: 1, through: client)
                #expect(try await output.next()?.line == "db is running")
                try double.set(.daemonDown)
                guard case .end(let problem) = try await output.event() else {
                    Issue.record("not the end")
                    return
                }
                #expect(problem?.contains("Cannot connect to the Docker daemon") == true)
            }
        }
    }

    @Test(
        "what the engine reports about a container that was removed is not its output",
        arguments: [
            ("Error response from daemon: No such container: 4f1c", true),
            ("Error response from daemon: can not get logs from container which is dead or marked for removal", true),
            (#"Error: no container with name or ID "4f1c" found: no such container"#, true),
            ("Error response from daemon: No such container: 99ab", false), ("started 4f1c", false), ("", false),
        ])
    func removed(line: String, isOwn: Bool) {
        #expect(ContainerEngine.isOwnError(line, about: "4f1c") == isOwn)
    }

    @Test("it can be read although the first deployment failed")
    func failed() async throws {
        try await withCompose(ObserverSetup { $0.flags[.onFailure] = "leave" }) { world, _ in
            let run = try await world.deploy(
                ComposeFile(["web": #""image": "web:1", "x-double": "exits 3", "x-output": "no database""#]).files)
            #expect(run.stage == .failed)
            let output = try await world.control().output(of: "web", lines: 1)
            #expect(output.first?.lines == ["no database"])
        }
    }

    @Test("when its reader leaves, nothing follows it any more")
    func left() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site().files)
            let client = try await world.control()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    var output = try await FollowedOutput(of: "db", lines: 1, through: client)
                    while try await output.next() != nil {}
                }
                try await waitUntil { !double.followers.isEmpty }
                group.cancelAll()
            }
            try await waitUntil { double.followers.allSatisfy { kill($0, 0) != 0 } }
        }
    }

    @Test("a shutdown does not wait for the service to end")
    func shutdown() async throws {
        try await withCompose { world, _ in
            try await world.deploy(ComposeFile.site().files)
            var output = try await FollowedOutput(of: "db", lines: 1, through: try await world.control())
            _ = try await output.next()
            world.engine.stop()
            try await withTimeout(.seconds(4 * Slowness.factor)) { try await world.ended.get() }
            withExtendedLifetime(output) {}
        }
    }
}

@Suite("Which containers are followed, and from where")
struct FollowedContainersTests {
    @Test(
        "each is followed once; one that was started again from its end on, one that appears later from its beginning")
    func starts() throws {
        var followed = FollowedContainers(lines: 10)
        let (web, exited) = (try container("web", "running"), try container("old", "exited"))
        #expect(followed.begin(with: [web, exited]).map(\.1) == [.last(lines: 10), .last(lines: 10)])
        #expect(followed.begin(with: [web, exited]).isEmpty)
        let end = Date()
        followed.end(of: web, at: end)
        followed.end(of: exited, at: end)
        #expect(followed.begin(with: [try container("web", "exited"), exited]).isEmpty)
        #expect(followed.begin(with: [web, exited]).map(\.1) == [.since(end)])
        #expect(followed.begin(with: [try container("web-2", "created")]).map(\.1) == [.beginning])
    }

    private func container(_ id: String, _ status: String) throws -> Container {
        let text = #"{"Id": "\#(id)", "Name": "\#(id)", "Image": "1", "State": {"Status": "\#(status)"}}"#
        return try #require(Container(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))))
    }
}

extension DoubleWorld.State {
    /// Changes the containers of a service.
    fileprivate mutating func edit(_ service: String, _ body: (inout DoubleWorld.Container) -> Void) {
        for index in containers.indices where containers[index].service == service { body(&containers[index]) }
    }
}

private func waitUntil(_ condition: @escaping @Sendable () -> Bool) async throws {
    try await withTimeout(.testTimeout) {
        while !condition() { try await Task.sleep(for: .milliseconds(20)) }
    }
}
