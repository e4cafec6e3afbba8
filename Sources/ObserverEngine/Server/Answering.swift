import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

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
