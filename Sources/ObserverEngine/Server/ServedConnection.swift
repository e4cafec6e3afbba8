import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// Sets up a connection for HTTP only when it is served.
///
/// Hummingbird's own `HTTP1Channel` does so when the connection is accepted. If the server stops at that moment, the
/// connection is dropped half set up, which NIO treats as a bug and crashes.
struct ServedConnection: ServerChildChannel {
    struct Accepted: ServerChildChannelValue {
        let channel: any Channel
    }

    /// Up to ten reads per connection are buffered. At 64 KiB each, hundreds of clients that send without being read used
    /// 250 MB. Most deliveries fit into one read.
    private static let receiving = AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 16384, maximum: 16384)

    let http: HTTP1Channel
    /// nil serves without TLS.
    let certificate: ServerCertificate?

    /// Disables reading until the connection is served.
    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Accepted> {
        channel.setOption(.autoRead, value: false)
            .flatMap { channel.setOption(.recvAllocator, value: Self.receiving) }
            .map { Accepted(channel: channel) }
    }

    func handle(value: Accepted, logger: Logger) async {
        let channel = value.channel
        let tls = await certificate?.current()
        // The connection may be closed already.
        guard
            let connection = try? await channel.eventLoop.flatSubmit({ begin(channel, tls, logger) }).get()
        else { return }
        await withTaskExecutorPreference(LoopExecutor(channel.eventLoop)) {
            try? await channel.setOption(.autoRead, value: true).get()
            await http.handle(value: connection, logger: logger)
        }
    }

    private func begin(
        _ channel: any Channel, _ tls: NIOSSLContext?, _ logger: Logger
    ) -> EventLoopFuture<HTTP1Channel.Value> {
        channel.eventLoop.makeCompletedFuture {
            if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
        }.flatMap { http.setup(channel: channel, logger: logger) }
    }
}

/// Runs tasks on the thread of an event loop.
///
/// The tasks of a connection run on the thread that reads and writes it, so that a request needs no change of threads.
private final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        loop.execute { job.runSynchronously(on: executor) }
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
