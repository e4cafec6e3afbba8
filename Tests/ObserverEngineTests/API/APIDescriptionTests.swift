import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import ObserverEngine
import Simulators
import Testing

@Suite("docs/api.yaml")
struct APIDescriptionTests {
    @Test("every route of the program is described, and no other")
    func routes() throws {
        let described = Set(try APIDescription().operations.map(\.description))
        let present = Set(try AllRoutes.list())
        #expect(present.subtracting(described) == [])
        #expect(described.subtracting(present) == [])
    }

    @Test("every route answers as it is described")
    func answers() async throws {
        let description = try APIDescription()
        try await withObserver(.administered) { world in
            let deployed = try await world.deploy()
            _ = await world.gitHub.deliver(event: "push", body: Array("{}".utf8), secret: "wrong")
            // The one that takes the webhook away comes last.
            let operations = description.operations.sorted { $1.id == "reset" && $0.id != "reset" }
            for operation in operations where operation.id != "events" {
                let reply = try await world.reply(to: operation, id: deployed.id)
                #expect(description.problems(of: reply, to: operation) == [])
                let expected = operation.path == "/dploy" ? [400, 401, 405, 415] : [200]
                #expect(expected.contains(reply.status), "\(operation): \(reply)")
            }
        }
    }

    @Test("every refusal is described")
    func refusals() async throws {
        let description = try APIDescription()
        try await withObserver(.administered) { world in
            try await world.deploy()
            let guarded = description.operations.filter { $0.path.hasPrefix("/v1") || $0.id == "reset" }
            for operation in guarded where operation.path.contains("{id}") {
                for id in ["4711", "x"] {
                    let unknown = try await world.reply(to: operation, id: id)
                    #expect([400, 404].contains(unknown.status), "\(operation)")
                    #expect(description.problems(of: unknown, to: operation) == [])
                }
            }
            let act = try #require(description.operations.first { $0.id == "act" })
            let bodies = [
                #"{"cancel":{"deployment":4711}}"#: 404, #"{"cancel":{"deployment":1}}"#: 409,
                #"{"deploy":{"commit":"abc","force":false}}"#: 422, "{}": 400, "": 400,
                String(repeating: " ", count: 70_000): 413,
            ]
            for (body, status) in bodies {
                let reply = try await world.reply(to: act, id: 1, body: body)
                #expect(reply.status == status, "\(body.prefix(60)): \(reply)")
                #expect(description.problems(of: reply, to: act) == [])
            }
            // Last, because after some of them the address is put off.
            for operation in guarded {
                let refused = try await world.reply(to: operation, id: 1, token: "none of ours")
                #expect([401, 429].contains(refused.status), "\(operation)")
                #expect(description.problems(of: refused, to: operation) == [])
            }
        }
    }

    @Test("what is seldom answered is described, too: before the first deployment, other methods, a store that is gone")
    func seldom() async throws {
        let description = try APIDescription()
        try await withObserver(.administered) { world in
            let status = try #require(description.operations.first { $0.id == "status" })
            #expect(description.problems(of: try await world.reply(to: status, id: 1), to: status) == [])
            let open = ["status", "health", "metrics", "deliver"]
            for operation in description.operations where open.contains(operation.id) {
                let answer = try await world.answer(.delete, operation.path)
                let reply = ServerReply(
                    status: answer.status, contentType: answer.headers["content-type"] ?? "", body: answer.text)
                #expect(reply.status == 405)
                #expect(description.problems(of: reply, to: operation) == [])
            }
            try FileManager.default.removeItem(atPath: world.configuration.state.directory)
            try Data().write(to: URL(filePath: world.configuration.state.directory))
            let gone = try await world.reply(to: status, id: 1)
            #expect(gone.status == 503)
            #expect(description.problems(of: gone, to: status) == [])
        }
    }

    @Test("each event of the stream is as it is described")
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
    fileprivate func reply(
        to operation: APIDescription.Operation, id: some CustomStringConvertible,
        token: String = ObserverSetup.adminToken, body: String = #"{"pause":{}}"#
    ) async throws -> ServerReply {
        let path = operation.path.replacing("{id}", with: "\(id)")
        var request = HTTPClientRequest(url: try await url() + path)
        request.method = HTTPMethod(rawValue: operation.method)
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        if operation.method == "POST" { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 24))
        return ServerReply(
            status: Int(response.status.code), contentType: response.headers.first(name: "Content-Type") ?? "",
            body: text)
    }
}
