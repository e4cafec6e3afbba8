import HTTPTypes
package import Hummingbird

/// Answers the requests that no route matches: with 405 and the allowed methods if the path exists, else with 404.
package struct UnmatchedRequests: RouterMiddleware {
    package typealias Context = ObserverRequestContext

    private struct Route {
        let path: [Substring]
        let method: HTTPRequest.Method
    }

    private let routes: [Route]
    private let sentence: @Sendable (String) -> String?

    /// Adds it to a router that has all its routes.
    /// - Parameter sentence: The error shown at a path; nil for the general one.
    package static func answer(
        in router: Router<ObserverRequestContext>, with sentence: @escaping @Sendable (String) -> String?
    ) {
        let routes = router.routes.map { Route(path: Self.segments("\($0.path)"), method: $0.method) }
        router.add(middleware: UnmatchedRequests(routes: routes, sentence: sentence))
    }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let path = Self.segments(request.uri.path)
        let allowed = routes.filter { Self.matches($0.path, path) }.map(\.method)
        let response = try allowed.isEmpty ? notFound(request.uri.path) : notAllowed(request.uri.path, allowed)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func notAllowed(_ path: String, _ allowed: [HTTPRequest.Method]) throws -> Response {
        // The router answers HEAD wherever it answers GET.
        let methods = (allowed.contains(.get) ? allowed + [.head] : allowed).map(\.rawValue)
        let general = "Only \(methods.joined(separator: " and ")) \(methods.count == 1 ? "is" : "are") allowed here."
        var response = try Response.json(ErrorBody(error: sentence(path) ?? general), status: 405)
        response.headers[.allow] = methods.joined(separator: ", ")
        return response
    }

    private func notFound(_ path: String) throws -> Response {
        let shown = path.printable.beginning(ofBytes: 128)
        return try Response.json(ErrorBody(error: sentence(path) ?? "There is no \(shown)."), status: 404)
    }

    /// The router ignores empty segments, too.
    private static func segments(_ path: String) -> [Substring] { path.split(separator: "/") }

    private static func matches(_ route: [Substring], _ path: [Substring]) -> Bool {
        route.count == path.count && zip(route, path).allSatisfy { $0 == $1 || $0.hasPrefix(":") || $0.hasPrefix("{") }
    }
}
