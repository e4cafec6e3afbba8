/// An operation of Marathon's REST API.
struct MarathonEndpoint: Sendable {
    var method: RequestMethod
    var pattern: PathPattern
    var answer: @Sendable (MarathonSimulator, Call) throws -> SimulatedResponse

    init(
        _ method: RequestMethod,
        _ pattern: PathPattern,
        _ answer: @escaping @Sendable (MarathonSimulator, Call) throws -> SimulatedResponse
    ) {
        self.method = method
        self.pattern = pattern
        self.answer = answer
    }

    /// A request to an endpoint.
    struct Call: Sendable {
        var request: SimulatedRequest
        var parameters: [String: String]

        /// The absolute id of the app or group in the path; the root group by default.
        var id: String { PathID.absolute(parameters["id"] ?? "") }

        func parameter(_ name: String) -> String { parameters[name] ?? "" }

        func flag(_ name: String, default value: Bool = false) -> Bool {
            request.query(name).map { $0 == "true" } ?? value
        }

        /// The body as JSON.
        func body() throws(MarathonErrorResponse) -> JSON {
            guard !request.body.isEmpty else {
                throw MarathonErrorResponse(
                    400,
                    [
                        "message": "Please specify data in JSON format",
                        "details": "No content to map due to end-of-input\n at [Source: [B@0; line: 1, column: 0]",
                    ])
            }
            do {
                return try JSON(parsing: request.body)
            } catch {
                throw MarathonErrorResponse(400, ["message": "Invalid JSON", "details": .string("\(error)")])
            }
        }
    }

    /// All operations of the simulated Marathon. The first match responds. Tasks and versions of apps come before apps,
    /// because app ids may have any number of segments.
    static let all: [MarathonEndpoint] = information + appParts + apps + groups + deployments
}

extension SimulatedResponse {
    /// The response to a change: its version and its deployment.
    static func marathon(_ deployment: SimulatedDeployment, status: Int = 200) -> SimulatedResponse {
        .marathon(
            ["version": .string(deployment.version), "deploymentId": .string(deployment.id)],
            status: status,
            headers: ["Marathon-Deployment-Id": deployment.id]
        )
    }
}
