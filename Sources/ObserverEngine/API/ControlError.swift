import HTTPTypes
import Hummingbird

/// Why the control API rejected a request, as a sentence.
package enum ControlError: Error, Equatable, CustomStringConvertible {
    case unknown(String, Int64)
    case missing(String)
    /// The state has changed since the operator read it, or the observer is busy.
    case conflict(String)
    case impossible(String)
    /// The role of the operator does not permit it.
    case forbidden(String)
    case malformed(String)
    case tooLarge(String)
    case unsupportedType(String)

    package var status: Int {
        switch self {
        case .unknown, .missing: 404
        case .conflict: 409
        case .impossible: 422
        case .forbidden: 403
        case .malformed: 400
        case .tooLarge: 413
        case .unsupportedType: 415
        }
    }

    package var description: String {
        switch self {
        case .unknown(let what, let id): "There is no \(what) \(id)."
        case .missing(let sentence), .conflict(let sentence), .impossible(let sentence), .forbidden(let sentence),
            .malformed(let sentence), .tooLarge(let sentence), .unsupportedType(let sentence):
            sentence
        }
    }
}

/// Turns errors of the control API into responses with a sentence.
struct ControlErrors: RouterMiddleware {
    typealias Context = ObserverRequestContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await answer(request, context, next)
        // The rest of the connection was read to notice that the client disconnects.
        if request.method == .post { response.headers[.connection] = "close" }
        return response
    }

    private func answer(
        _ request: Request, _ context: Context, _ next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as ControlError {
            return try .json(ErrorBody(error: error.description), status: error.status)
        } catch let error as any HTTPResponseError {
            throw error
        } catch {
            return try .json(ErrorBody(error: "\(error)"), status: 503)
        }
    }
}

extension Store {
    /// The deployment that an operator named.
    /// - Throws: `ControlError`
    func known(_ id: Int64) async throws -> Deployment {
        guard let deployment = try await deployment(id) else { throw ControlError.unknown("deployment", id) }
        return deployment
    }
}

extension CommitReference {
    /// A commit as an operator typed it.
    /// - Throws: `ControlError`
    init(typed text: String) throws {
        do {
            self = try CommitReference(text)
        } catch {
            throw ControlError.impossible("'\(text.printable)' \(error).")
        }
    }
}

extension CommitResolver {
    /// The commit that an operator typed; nil is the head of the watched branch.
    /// - Throws: `ControlError`, `GitHubError`
    func wanted(_ text: String?) async throws -> Resolved {
        do {
            return try await resolve(try text.map { try CommitReference(typed: $0) })
        } catch let unknown as Unknown {
            throw ControlError.impossible(unknown.description.printable)
        }
    }
}
