import HTTPTypes
package import Hummingbird

/// Answers 405 to every method that a path does not take, whatever its name.
package struct AllowedMethods: RouterMiddleware {
    private let paths: Set<String>
    private let methods: [HTTPRequest.Method]
    private let reason: String

    /// - Parameter reason: For the one who tried.
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
