package import Hummingbird
import NIOCore

/// The context of a request.
package struct ObserverRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The client's address; nil on a Unix socket, or if a trusted proxy does not report it.
    package var client: IPAddress?

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        client = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
    }
}
