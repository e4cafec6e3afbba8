import HTTPTypes
import Hummingbird

/// Identifies the operators on the control socket. Only the owner of the observer and root can open it, so every one of them
/// is an administrator.
struct SocketOperators: RouterMiddleware {
    typealias Context = ObserverRequestContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        let peer = try? await context.socketPeer()
        let claim = HTTPField.Name.sudoUser.flatMap { request.headers[$0] }?.printable
        context.caller = Operator(
            name: peer?.user ?? "unknown", role: .admin, origin: Operator.socket, login: peer?.login,
            claim: peer?.isLoginKnown == true ? nil : claim?.beginning(ofBytes: TextLimit.user))
        return try await next(request, context)
    }
}

extension HTTPField.Name {
    /// The user who ran a command with sudo, according to the command.
    fileprivate static let sudoUser: HTTPField.Name? = HTTPField.Name(ControlClient.sudoUserHeader)
}
