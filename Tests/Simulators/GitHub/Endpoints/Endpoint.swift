/// One operation of the REST API.
struct Endpoint: Sendable {
    var method: RequestMethod
    var pattern: PathPattern
    var permission: Permission
    var answer: @Sendable (GitHubSimulator, Call) async throws -> SimulatedResponse

    init(
        _ method: RequestMethod,
        _ pattern: PathPattern,
        _ permission: Permission,
        _ answer: @escaping @Sendable (GitHubSimulator, Call) async throws -> SimulatedResponse
    ) {
        self.method = method
        self.pattern = pattern
        self.permission = permission
        self.answer = answer
    }

    /// One request to an endpoint.
    struct Call: Sendable {
        var request: SimulatedRequest
        var parameters: [String: String]
        var documents: Documents

        func parameter(_ name: String) -> String { parameters[name] ?? "" }

        /// The body, which must be a JSON object.
        func body() throws -> JSON {
            do {
                let body = try JSON(parsing: request.body)
                guard body.object != nil else { throw Refusal(400, "Body should be a JSON object") }
                return body
            } catch is JSONSyntaxError {
                throw Refusal(400, "Problems parsing JSON")
            }
        }
    }

    /// Every operation that the simulated GitHub knows; the first that fits answers.
    static let all: [Endpoint] = account + repository + hooks + deliveries + branches + commits + statuses + archives
}
