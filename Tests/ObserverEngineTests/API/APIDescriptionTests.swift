import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("docs/api.yaml")
struct APIDescriptionTests {
    @Test("every route of the program is described, and every described route exists")
    func routes() throws {
        let described = Set(try APIDescription().operations.map(\.description))
        let present = Set(try AllRoutes.list())
        #expect(present.subtracting(described) == [])
        #expect(described.subtracting(present) == [])
    }

    @Test("every response matches its description")
    func responses() async throws {
        let description = try APIDescription()
        var setup = ObserverSetup.administered
        // Its agent refuses connections, which is part of a report on the output of an app.
        setup.simulators.marathon.agentHost = "127.0.0.1"
        setup.flags[.mesosAgentPort] = "1"
        try await withObserver(setup) { world in
            let deployed = try await world.deploy()
            _ = await world.gitHub.deliver(event: "push", body: Array("{}".utf8), secret: "wrong")
            // The operation that removes the webhook comes last.
            let operations = description.operations.sorted { $1.id == "reset" && $0.id != "reset" }
            for operation in operations where !["events", "followOutput"].contains(operation.id) {
                let response = try await world.response(to: operation, id: deployed.id)
                #expect(description.problems(of: response, to: operation) == [])
                let expected = operation.path == "/dploy" ? [400, 401, 405, 415] : [200]
                #expect(expected.contains(response.status), "\(operation): \(response)")
            }
        }
    }

    @Test("every error response matches its description")
    func errorResponses() async throws {
        let description = try APIDescription()
        try await withObserver(.administered) { world in
            try await world.deploy()
            let guarded = description.operations.filter { $0.path.hasPrefix("/v1") || $0.id == "reset" }
            for operation in guarded where operation.path.contains("{id}") {
                for id in ["4711", "-1", "x", "9223372036854775808"] {
                    let unknown = try await world.response(to: operation, id: id)
                    #expect([400, 404].contains(unknown.status), "\(operation)")
                    #expect(description.problems(of: unknown, to: operation) == [])
                }
            }
            let act = try #require(description.operations.first { $0.id == "act" })
            let bodies = [
                #"{"cancel":{"deployment":4711}}"#: 404, #"{"cancel":{"deployment":1}}"#: 409,
                #"{"deploy":{"commit":"abc","force":false}}"#: 422, "{}": 400, "": 400, #"{"pause":{},"x":1}"#: 400,
                String(repeating: " ", count: 70_000): 413,
            ]
            for (body, status) in bodies {
                let response = try await world.response(to: act, id: 1, body: body)
                #expect(response.status == status, "\(body.prefix(60)): \(response)")
                #expect(description.problems(of: response, to: act) == [])
            }
            // Last, because the address is blocked after a few attempts.
            for operation in guarded {
                let refused = try await world.response(to: operation, id: 1, token: "wrong")
                #expect([401, 429].contains(refused.status), "\(operation)")
                #expect(description.problems(of: refused, to: operation) == [])
            }
        }
    }

    @Test("rare responses match their descriptions: no deployment yet, wrong method, deleted store")
    func rareResponses() async throws {
        let description = try APIDescription()
        try await withObserver(.administered) { world in
            let status = try #require(description.operations.first { $0.id == "status" })
            #expect(description.problems(of: try await world.response(to: status, id: 1), to: status) == [])
            let open = ["status", "health", "deliver"]
            for operation in description.operations where open.contains(operation.id) {
                let response = try await world.send(.delete, operation.path)
                #expect(response.status == 405)
                #expect(description.problems(of: response, to: operation) == [])
            }
            try FileManager.default.removeItem(atPath: world.configuration.state.directory)
            try Data().write(to: URL(filePath: world.configuration.state.directory))
            let failed = try await world.response(to: status, id: 1)
            #expect(failed.status == 503)
            #expect(description.problems(of: failed, to: status) == [])
        }
    }

    @Test("every event of the stream matches its description")
    func events() async throws {
        let description = try APIDescription()
        try await withObserver { world in
            var events = try await world.control().events().makeAsyncIterator()
            let push = try await world.gitHub.push(files: Files.helloWorld)
            while let event = try await events.next()?.event {
                let text = String(decoding: try JSONFormat.encoder.encode(event), as: UTF8.self)
                #expect(description.problems(of: text, by: ["$ref": "#/components/schemas/Event"]) == [])
                if case .deployment(let summary) = event, summary.commit == push.after, summary.stage.isFinal { break }
            }
        }
    }
}

extension World {
    /// Sends a request for an operation, with the ID in its path.
    fileprivate func response(
        to operation: APIDescription.Operation, id: some CustomStringConvertible,
        token: String = ObserverSetup.adminToken, body: String? = nil
    ) async throws -> ServerResponse {
        let body = body ?? (operation.id == "plan" ? #"{"ref":"dcos"}"# : #"{"pause":{}}"#)
        let query =
            switch operation.id {
            case "output", "why": "?app=helloworld"
            case "commit": "?ref=head"
            default: ""
            }
        return try await send(
            try #require(RequestMethod(rawValue: operation.method)),
            operation.path.replacing("{id}", with: "\(id)") + query,
            authorization: "Bearer \(token)", body: operation.method == "POST" ? body : nil)
    }
}
