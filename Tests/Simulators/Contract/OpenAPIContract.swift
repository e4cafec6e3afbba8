/// An OpenAPI 3.0 description, used to validate requests and responses.
package struct OpenAPIContract: Sendable {
    private struct Operation: Sendable {
        var method: String
        var path: String
        var pattern: PathPattern
        var description: JSON
    }

    private let document: JSON
    private let operations: [Operation]

    /// Parameters that GitHub added after its description was copied, by operation.
    private static let newerParameters = ["repos/list-webhook-deliveries": ["status"]]
    /// Operations that GitHub added after it was copied, with their query parameters.
    private static let newerOperations: [(pattern: PathPattern, parameters: [String])] = [
        (PathPattern("/repos/{owner}/{repo}/rules/branches/{branch...}"), ["per_page", "page"])
    ]
    /// Members that became nullable after it was copied.
    private static let newlyNullable = ["/description", "/target_url"]

    package init(document: JSON) {
        self.document = document
        operations = (document["paths"]?.object ?? [:]).flatMap { path, methods in
            (methods.object ?? [:]).compactMap { method, description in
                guard description["operationId"] != nil else { return nil }
                let pattern = PathPattern(Self.allowingSlashes(path))
                return Operation(method: method.uppercased(), path: path, pattern: pattern, description: description)
            }
        }
        .sorted { Self.literals(in: $0.path) > Self.literals(in: $1.path) }
    }

    /// Returns the violations in a request: an unknown operation or query parameter, or a body that does not match its schema.
    package func problems(of request: SimulatedRequest) -> [String] {
        let place = "\(request.method.rawValue) \(request.encodedPath)"
        guard let operation = operation(of: request) else {
            let newer = Self.newerOperations.first { $0.pattern.match(request.encodedPath) != nil }
            guard request.method == .get, let newer else { return ["\(place): no such operation"] }
            return Self.problems(of: request, at: place, knowing: newer.parameters)
        }
        var problems = Self.problems(of: request, at: place, knowing: queryParameters(of: operation))
        let schema = operation.description["requestBody"]?["content"]?["application/json"]?["schema"]
        if let schema, !request.body.isEmpty {
            problems += check(request.body, by: schema).map { "\(place): request\($0)" }
        } else if schema == nil, !request.body.isEmpty {
            problems.append("\(place): must not have a body")
        }
        return problems
    }

    /// Returns the violations in a response, if the description has a schema for it.
    package func problems(of response: SimulatedResponse, to request: SimulatedRequest) -> [String] {
        guard let operation = operation(of: request), let body = response.bytes,
            response.headers["Content-Type"]?.contains("application/json") == true,
            let declared = operation.description["responses"]?["\(response.status)"],
            let schema = resolve(declared)["content"]?["application/json"]?["schema"]
        else { return [] }
        let place = "\(request.method.rawValue) \(request.encodedPath)"
        return check(body, by: schema).map { "\(place): response \(response.status)\($0)" }
    }

    private func operation(of request: SimulatedRequest) -> Operation? {
        operations.first { $0.method == request.method.rawValue && $0.pattern.match(request.encodedPath) != nil }
    }

    /// Query parameters that an operation does not have.
    private static func problems(
        of request: SimulatedRequest, at place: String, knowing parameters: [String]
    ) -> [String] {
        request.query.filter { !parameters.contains($0.name) }.map { "\(place): no parameter \($0.name)" }
    }

    private func queryParameters(of operation: Operation) -> [String] {
        let parameters = (operation.description["parameters"]?.array ?? []).map(resolve)
        let named = parameters.filter { $0["in"] == "query" }.compactMap { $0["name"]?.string }
        return named + (Self.newerParameters[operation.description["operationId"]?.string ?? ""] ?? [])
    }

    private func check(_ body: [UInt8], by schema: JSON) -> [String] {
        guard let value = try? JSON(parsing: body) else { return [": not JSON"] }
        let problems = JSONSchemaCheck(document: document, named: { _ in nil }).problems(of: value, by: schema)
        return problems.filter { problem in
            let place = problem.prefix { $0 != ":" }
            return !(problem.hasSuffix("found null") && Self.newlyNullable.contains { place.hasSuffix($0) })
        }
    }

    private func resolve(_ value: JSON) -> JSON {
        guard let reference = value["$ref"]?.string else { return value }
        let found = reference.dropFirst(2).split(separator: "/").reduce(Optional(document)) { $0?[String($1)] }
        return found ?? value
    }

    /// Lets parameters that may contain slashes match more than one segment.
    private static func allowingSlashes(_ path: String) -> String {
        ["path", "ref", "branch", "basehead"].reduce(path) { $0.replacing("{\($1)}", with: "{\($1)...}") }
    }

    private static func literals(in path: String) -> Int {
        path.split(separator: "/").count { !$0.hasPrefix("{") }
    }
}
