import Foundation

/// Marathon 1.4: its REST API and event stream, backed by a cluster in which deployments take time.
package final class MarathonSimulator: Simulator {
    package let server: SimulatedServer
    package let options: MarathonOptions
    let world: Awaitable<MarathonWorld>
    let events = EventStreams()
    let schema: MarathonSchema?
    private let recordedViolations = Awaitable<[String]>([])

    init(_ options: MarathonOptions = MarathonOptions()) async throws {
        self.options = options
        server = try await .bind()
        world = Awaitable(
            MarathonWorld(behaviour: options.behaviour, timing: options.timing, agentHost: options.agentHost))
        schema = try SharedFolder.marathonSchema()
    }

    /// The base URL, including the path prefix.
    package var url: String { server.url + options.pathPrefix }

    /// Serves requests and advances time until cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.server.run { self.respond(to: $0) } }
            group.addTask { try await self.advanceTime() }
            group.addTask { try await self.sendHeartbeats() }
            try await group.waitForAll()
        }
    }

    /// Advances the world to the present, applies a change, then publishes the events.
    @discardableResult
    func change<Result: Sendable>(
        _ body: (inout MarathonWorld, Date) throws -> Result
    ) rethrows -> Result {
        try world.change { world in
            let now = Date()
            world.advance(to: now)
            defer {
                world.advance(to: now)
                events.publish(world.takeEvents())
            }
            return try body(&world, now)
        }
    }

    /// Every violation of Marathon's own schemas by a definition in a request.
    package func violations() -> [String] { recordedViolations.value }

    func report(_ problems: [String]) {
        recordedViolations.change { $0 += problems }
    }

    private func advanceTime() async throws {
        while !Task.isCancelled {
            let deadline = change { world, _ in world.nextDeadline }
            let left = deadline.map { Duration.seconds(max($0.timeIntervalSinceNow, 0)) }
            do {
                _ = try await world.wait(for: "a change", timeout: left) { world in
                    world.nextDeadline == deadline ? nil : true
                }
            } catch is WaitTimeout {
                continue
            }
        }
    }

    private func sendHeartbeats() async throws {
        while true {
            try await Task.sleep(for: options.timing.heartbeat)
            events.send([UInt8(ascii: "\r")])
            events.send([UInt8(ascii: "\n")])
        }
    }
}

extension MarathonSimulator {
    /// Handles a request: prefix, credentials, leader, media type, endpoint.
    private func respond(to original: SimulatedRequest) -> SimulatedResponse {
        var request = original
        guard request.encodedPath.hasPrefix(options.pathPrefix) else {
            return .text("404: Not Found", status: 404)
        }
        request.encodedPath.removeFirst(options.pathPrefix.count)
        var response: SimulatedResponse
        do {
            try authenticate(request)
            response = try answer(request)
        } catch let error as MarathonErrorResponse {
            response = error.response
        } catch {
            response = .marathon(["message": .string("\(error)")], status: 500)
        }
        response.headers = response.headers.merging([
            "X-Marathon-Leader": "http://\(leader)", "Cache-Control": "no-cache, no-store, must-revalidate",
            "Server": "Jetty(9.3.z-SNAPSHOT)",
        ])
        return response
    }

    private func answer(_ request: SimulatedRequest) throws -> SimulatedResponse {
        let path = request.encodedPath
        if isLeaderless, path.hasPrefix("/v2"), path != "/v2/leader" {
            return .jettyPage(503, "Could not determine the current leader")
        }
        let changes: [RequestMethod] = [.post, .put, .patch]
        let type = request.headers["Content-Type"]?.lowercased() ?? ""
        if path.hasPrefix("/v2/apps"), changes.contains(request.method), !type.hasPrefix("application/json") {
            return .jettyPage(415, "Unsupported Media Type")
        }
        for endpoint in MarathonEndpoint.all where endpoint.method == request.method {
            if let parameters = endpoint.pattern.match(path) {
                return try endpoint.answer(self, MarathonEndpoint.Call(request: request, parameters: parameters))
            }
        }
        let isKnown = MarathonEndpoint.all.contains { $0.pattern.match(path) != nil }
        return .jettyPage(isKnown ? 405 : 404, isKnown ? "Method Not Allowed" : "Not Found")
    }

    private func authenticate(_ request: SimulatedRequest) throws {
        let given = request.headers["Authorization"]
        switch options.authentication {
        case .none: return
        case .basic(let user, let password):
            guard given != "Basic \(Data("\(user):\(password)".utf8).base64EncodedString())" else { return }
            let challenge: HeaderFields = ["WWW-Authenticate": "Basic realm=\"Mesosphere\""]
            throw MarathonErrorResponse(.jettyPage(401, "Unauthorized", headers: challenge))
        case .dcosToken(let token):
            guard given != "token=\(token)" else { return }
            let page =
                "<html>\r\n<head><title>401 Authorization Required</title></head>\r\n<body>"
                + "<center><h1>401 Authorization Required</h1></center><hr><center>openresty</center></body>\r\n</html>\r\n"
            throw MarathonErrorResponse(.text(page, status: 401, type: "text/html"))
        }
    }
}
