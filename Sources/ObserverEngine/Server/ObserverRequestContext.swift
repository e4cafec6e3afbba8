package import Hummingbird
import NIOCore

/// What routes know of a request beside the request itself.
package struct ObserverRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// From whom it comes; nil on a Unix socket, and where nobody can tell.
    package var client: IPAddress?

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        client = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
    }
}
