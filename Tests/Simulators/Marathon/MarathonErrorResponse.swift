/// An error response from Marathon.
struct MarathonErrorResponse: Error {
    var response: SimulatedResponse

    init(_ status: Int, _ body: JSON) {
        response = .marathon(body, status: status)
    }

    init(_ response: SimulatedResponse) {
        self.response = response
    }

    static func noApp(_ id: String) -> MarathonErrorResponse {
        MarathonErrorResponse(404, ["message": .string("App '\(id)' does not exist")])
    }

    static func noGroup(_ id: String) -> MarathonErrorResponse {
        MarathonErrorResponse(404, ["message": .string("Group '\(id)' does not exist")])
    }

    static func appExists(_ id: String) -> MarathonErrorResponse {
        MarathonErrorResponse(409, ["message": .string("An app with id [\(id)] already exists.")])
    }

    /// 400: wrong types.
    static func unreadable(_ problems: [MarathonProblem]) -> MarathonErrorResponse {
        MarathonErrorResponse(400, ["message": "Invalid JSON", "details": MarathonProblem.details(problems)])
    }

    /// 422: correct types, but invalid values.
    static func invalid(_ problems: [MarathonProblem]) -> MarathonErrorResponse {
        MarathonErrorResponse(422, ["message": "Object is not valid", "details": MarathonProblem.details(problems)])
    }

    static func locked(by deployments: [String]) -> MarathonErrorResponse {
        let message =
            "App is locked by one or more deployments. Override with the option '?force=true'. "
            + "View details at '/v2/deployments/<DEPLOYMENT_ID>'."
        let ids = deployments.map { ["id": .string($0)] as JSON }
        return MarathonErrorResponse(409, ["message": .string(message), "deployments": .array(ids)])
    }
}

extension SimulatedResponse {
    static func marathon(_ json: JSON, status: Int = 200, headers: HeaderFields = [:]) -> SimulatedResponse {
        let type: HeaderFields = ["Content-Type": "application/json; qs=2"]
        return SimulatedResponse(status: status, headers: type.merging(headers), body: .bytes(json.bytes))
    }

    /// An error page from Jetty.
    static func jettyPage(_ status: Int, _ reason: String, headers: HeaderFields = [:]) -> SimulatedResponse {
        let page = """
            <html>
            <head>
            <meta http-equiv="Content-Type" content="text/html;charset=ISO-8859-1"/>
            <title>Error \(status) </title>
            </head>
            <body>
            <h2>HTTP ERROR: \(status)</h2>
            <p>Problem accessing the resource. Reason:
            <pre>    \(reason)</pre></p>
            <hr /><i><small>Powered by Jetty://</small></i>
            </body>
            </html>

            """
        let type: HeaderFields = ["Content-Type": "text/html;charset=iso-8859-1"]
        return SimulatedResponse(status: status, headers: type.merging(headers), body: .bytes(Array(page.utf8)))
    }
}

/// A problem in a definition, at a path such as `/container/docker/portMappings(0)/hostPort`.
struct MarathonProblem: Sendable, Hashable {
    var path: String
    var error: String

    /// The `details` of an error: one entry for each path.
    static func details(_ problems: [MarathonProblem]) -> JSON {
        let places = problems.reduce(into: [String]()) { if !$0.contains($1.path) { $0.append($1.path) } }
        return .array(
            places.map { path in
                ["path": .string(path), "errors": JSON(strings: problems.filter { $0.path == path }.map(\.error))]
            })
    }
}
