import Foundation

extension MarathonSimulator {
    /// One request: prefix, credentials, leader, media type, endpoint.
    func respond(to original: SimulatedRequest) -> SimulatedResponse {
        var request = original
        guard request.encodedPath.hasPrefix(options.pathPrefix) else {
            return .text("404: Not Found", status: 404)
        }
        request.encodedPath.removeFirst(options.pathPrefix.count)
        var response: SimulatedResponse
        do {
            try authenticate(request)
            response = try answer(request)
        } catch let refusal as MarathonRefusal {
            response = refusal.response
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
            throw MarathonRefusal(.jettyPage(401, "Unauthorized", headers: challenge))
        case .dcosToken(let token):
            guard given != "token=\(token)" else { return }
            let page =
                "<html>\r\n<head><title>401 Authorization Required</title></head>\r\n<body>"
                + "<center><h1>401 Authorization Required</h1></center><hr><center>openresty</center></body>\r\n</html>\r\n"
            throw MarathonRefusal(.text(page, status: 401, type: "text/html"))
        }
    }
}
