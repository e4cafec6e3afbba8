import Hummingbird

/// Turns the errors of the control API into answers with a sentence.
struct ControlErrors: RouterMiddleware {
    typealias Context = ObserverRequestContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
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
