import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

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
