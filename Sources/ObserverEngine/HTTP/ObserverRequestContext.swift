package import Hummingbird
import NIOCore

/// What routes know of a request beside the request itself.
package struct ObserverRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// nil on a Unix socket.
    package let remoteAddress: String?

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress?.ipAddress
    }
}
