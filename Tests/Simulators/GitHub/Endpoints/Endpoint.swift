/// An operation of the REST API.
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

    /// A request to an endpoint.
    struct Call: Sendable {
        var request: SimulatedRequest
        var parameters: [String: String]
        var documents: Documents

        func parameter(_ name: String) -> String { parameters[name] ?? "" }

        /// The body, which must be a JSON object.
        func body() throws -> JSON {
            do {
                let body = try JSON(parsing: request.body)
                guard body.object != nil else { throw GitHubErrorResponse(400, "Body should be a JSON object") }
                return body
            } catch is JSONSyntaxError {
                throw GitHubErrorResponse(400, "Problems parsing JSON")
            }
        }
    }

    /// All operations of the simulated GitHub. The first match responds.
    static let all: [Endpoint] =
        account + repository + hooks + deliveries + checks + branches + commits + statuses + archives
}

/// An error response from GitHub.
struct GitHubErrorResponse: Error {
    var response: SimulatedResponse

    init(response: SimulatedResponse) {
        self.response = response
    }

    init(_ status: Int, _ message: String, headers: HeaderFields = [:], extra: JSON = [:]) {
        let body: JSON = ["message": .string(message), "documentation_url": "https://docs.github.com/rest"]
        response = .json(body.merging(extra), status: status, headers: headers)
    }

    static var notFound: GitHubErrorResponse { GitHubErrorResponse(404, "Not Found") }
    static var badCredentials: GitHubErrorResponse { GitHubErrorResponse(401, "Bad credentials") }

    static func invalid(_ errors: [JSON]) -> GitHubErrorResponse {
        GitHubErrorResponse(422, "Validation Failed", extra: ["errors": .array(errors)])
    }

    static func invalidHook(_ message: String) -> GitHubErrorResponse {
        invalid([["resource": "Hook", "code": "custom", "message": .string(message)]])
    }
}

/// A numbered page of a list, with its `Link` header.
struct Page<Element> {
    var elements: [Element]
    var headers: HeaderFields

    init(of all: [Element], _ request: SimulatedRequest, base: String) {
        let size = min(max(request.query("per_page").flatMap(Int.init) ?? 30, 1), 100)
        let number = max(request.query("page").flatMap(Int.init) ?? 1, 1)
        let last = max((all.count + size - 1) / size, 1)
        elements = Array(all.dropFirst((number - 1) * size).prefix(size))
        var links: [String] = []
        func add(_ target: Int, _ relation: String) {
            let rest = request.query.filter { $0.name != "page" && $0.name != "per_page" }
            let query =
                rest.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }
                + ["per_page=\(size)", "page=\(target)"]
            links.append("<\(base)\(request.encodedPath)?\(query.joined(separator: "&"))>; rel=\"\(relation)\"")
        }
        if number > 1 {
            add(number - 1, "prev")
            add(1, "first")
        }
        if number < last {
            add(number + 1, "next")
            add(last, "last")
        }
        headers = links.isEmpty ? [:] : ["Link": links.joined(separator: ", ")]
    }
}
