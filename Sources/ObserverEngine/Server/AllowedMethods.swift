import HTTPTypes
package import Hummingbird

/// Responds with 405 to all other methods on the given paths, known or not.
package struct AllowedMethods: RouterMiddleware {
    private let paths: Set<String>
    private let methods: [HTTPRequest.Method]
    private let reason: String

    /// - Parameter reason: The error shown to the client.
    package init(_ methods: [HTTPRequest.Method], at paths: Set<String>, otherwise reason: String) {
        self.methods = methods
        self.paths = paths
        self.reason = reason
    }

    package func handle(
        _ request: Request, context: ObserverRequestContext,
        next: (Request, ObserverRequestContext) async throws -> Response
    ) async throws -> Response {
        guard paths.contains(request.uri.path), !methods.contains(request.method) else {
            return try await next(request, context)
        }
        var response = try Response.json(ErrorBody(error: reason), status: 405)
        response.headers[.allow] = methods.map(\.rawValue).joined(separator: ", ")
        return response
    }
}
