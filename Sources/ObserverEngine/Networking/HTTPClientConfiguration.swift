package import AsyncHTTPClient
import NIOCore

extension HTTPClient.Configuration {
    /// What all clients of other services share.
    package static var observer: Self {
        var configuration = Self()
        // `JSONClient` follows redirects itself, so that credentials never travel to another origin.
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(60))
        configuration.decompression = .disabled
        // A connection that is refused, or a name that is unknown, is said at once: who wants to try again does it himself.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }
}
