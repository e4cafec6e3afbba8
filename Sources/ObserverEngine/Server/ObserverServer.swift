import Glibc
import HTTPTypes
package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import Synchronization

/// An HTTP server: the public one that GitHub talks to, or the control socket.
package struct ObserverServer: Service {
    /// The server can't listen on its address.
    package struct ListenFailure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    private static let limits = ConnectionLimits(openFiles: OpenFileLimit.current)

    private let server: @Sendable () throws -> any Service
    private let address: String
    private let remedy: String
    private let isListening: @Sendable () -> Bool

    /// - Parameters:
    ///   - certificate: For TLS; nil serves plain HTTP.
    ///   - listening: Set to the port once connections are accepted.
    ///   - setting: The setting of the address.
    package init(
        router: Router<ObserverRequestContext>, address: ListenAddress, certificate: ServerCertificate?,
        listening: Latch<Int>, setting: Setting = .listen, logger: Logger
    ) {
        self.address = address.description
        remedy = "Choose another address with -\(setting.rawValue)."
        isListening = { listening.isSet }
        server = Self.server(
            router, at: .hostname(address.host, port: address.port), certificate: certificate, logger: logger
        ) { channel in
            let port = channel.localAddress?.port ?? address.port
            let listener = ListenAddress(host: address.host, port: port)
            let subject = setting == .listen ? "" : " for metrics"
            logger.info("Listening on \(listener)\(subject)\(certificate.map { " with \($0.summary)" } ?? "")")
            if Self.limits.isReduced, setting == .listen {
                logger.warning(
                    "Accepting at most \(Self.limits.all) connections: the process can open only \(OpenFileLimit.current) files. Raise the limit (ulimit -n) to at least 1024."
                )
            }
            listening.set(port)
        }
    }

    /// A server on a Unix socket that only its owner may use. It replaces an existing socket, so its directory must be
    /// locked.
    /// - Parameter listening: Set to the path once connections are accepted.
    package init(router: Router<ObserverRequestContext>, socket: String, listening: Latch<String?>, logger: Logger) {
        address = socket
        remedy = "Remove whatever is there, or choose another directory with -state."
        isListening = { listening.isSet }
        server = Self.server(
            router, at: .unixDomainSocket(path: SocketPath.reachable(socket)), certificate: nil, logger: logger
        ) { _ in
            if let problem = Self.restrict(socket) { logger.warning("\(problem)") }
            listening.set(socket)
        }
    }

    /// Makes a socket accessible to its owner only.
    /// - Returns: A sentence if its file system does not allow that.
    static func restrict(_ socket: String) -> String? {
        guard chmod(socket, 0o600) != 0 else { return nil }
        return "Can't restrict access to \(socket): \(String(cString: strerror(errno)).lowercased()). "
            + "Make sure that no other user can access its directory."
    }

    /// - Throws: `ListenFailure`, `CancellationError`
    package func run() async throws {
        do {
            try await server().run()
        } catch let error where !isListening() && !(error is CancellationError) {
            throw ListenFailure(description: "Can't listen on \(address): \(Self.reason(error)). \(remedy)")
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as IOError: error.shortReason
        case is UnixDomainSocketPathWrongType: "it is not a socket"
        case is SocketAddressError: "the path is too long"
        default: "\(error)"
        }
    }

    private static func server(
        _ router: Router<ObserverRequestContext>, at address: BindAddress, certificate: ServerCertificate?,
        logger: Logger, onServerRunning: @escaping @Sendable (any Channel) async -> Void
    ) -> @Sendable () throws -> any Service {
        let idle = IdleConnections(capacity: limits.idle)
        let answering = Answering(router: router, logger: logger.quieter)
        let builder = HTTPServerBuilder { responder in
            ServedConnection(
                http: HTTP1Channel(
                    responder: responder,
                    configuration: .init(additionalChannelHandlers: [
                        ConnectionTimeoutHandler(idle: idle), ContinueHandler(),
                    ])),
                certificate: certificate)
        }
        return {
            try builder.buildServer(
                configuration: .init(
                    address: address, backlog: 1024,
                    availableConnectionsDelegate: MaximumAvailableConnections(limits.all)),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                logger: logger.quieter,
                responder: { try await answering.answer($0, with: $1, on: $2) },
                onServerRunning: onServerRunning)
        }
    }
}

/// The context of a request.
package struct ObserverRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The client's address; nil on a Unix socket, or if a trusted proxy does not report it.
    package var client: IPAddress? {
        get { reportedClient ?? channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) } }
        set { reportedClient = .some(newValue) }
    }
    /// The operator who sent the request; nil until it is identified.
    package var caller: Operator?
    /// Whether the operator would be accepted again. A response may last for days.
    package var isStillPermitted: @Sendable () async -> Bool = { true }
    /// The address that a trusted proxy reports.
    private var reportedClient: IPAddress??
    private let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// The process at the other end of a Unix socket.
    func socketPeer() async throws -> SocketPeer? { try await SocketPeer.of(channel) }

    /// Makes reading the rest of the request's body fail with this error. The connection serves no further request.
    package func failBody(with error: any Error) {
        channel.pipeline.fireErrorCaught(error)
    }
}

extension Logger {
    /// Hummingbird's own log lines are not meant for operators.
    fileprivate var quieter: Logger {
        var logger = self
        logger.logLevel = .critical
        return logger
    }
}

/// Answers the requests of a server. Unlike Hummingbird's `Application` it runs nothing between requests: an idle process
/// stays asleep.
struct Answering: Sendable {
    private let responder: RouterResponder<ObserverRequestContext>
    private let logger: Logger
    private let date = DateHeader()

    init(router: Router<ObserverRequestContext>, logger: Logger) {
        responder = router.buildResponder()
        self.logger = logger
    }

    func answer(_ request: Request, with writer: consuming ResponseWriter, on channel: any Channel) async throws {
        var response: Response
        do {
            response = try await responder.respond(
                to: request, context: ObserverRequestContext(source: .init(channel: channel, logger: logger)))
        } catch let error as HTTPParserError {
            // Answered with 400 by Hummingbird.
            throw error
        } catch {
            response = Response(status: .internalServerError)
        }
        response.headers[.date] = date.current
        response.headers[.server] = "dploy-observer"
        do {
            try await writer.write(response: response.head, body: response.body)
        } catch is HTTPParserError {
            // A second response would follow the beginning of this one.
            throw ChannelError.eof
        }
    }
}

/// The value of the header `Date`, formatted once per second at most, and only if it is needed.
final class DateHeader: Sendable {
    private let last = Mutex<(second: time_t, text: String)>((-1, ""))

    /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
    var current: String {
        let now = time(nil)
        return last.withLock { last in
            if last.second != now { last = (now, Self.text(now)) }
            return last.text
        }
    }

    static func text(_ time: time_t) -> String {
        var (time, parts) = (time, tm())
        gmtime_r(&time, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { twoDigits(Int($0)) }.joined(separator: ":")
        return "\(days[Int(parts.tm_wday)]), \(twoDigits(Int(parts.tm_mday))) \(months[Int(parts.tm_mon)]) "
            + "\(Int(parts.tm_year) + 1900) \(clock) GMT"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
