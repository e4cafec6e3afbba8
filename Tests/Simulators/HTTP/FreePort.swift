import NIOCore
import NIOPosix

/// A port of 127.0.0.1 that was free a moment ago. It is below those that the system hands out by itself, so that no
/// connection takes it before its user does.
package func freePort() async throws -> Int {
    while true {
        let port = Int.random(in: 20_000..<32_000)
        do {
            let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .bind(host: "127.0.0.1", port: port)
                .get()
            try await channel.close()
            return port
        } catch is IOError {
            continue
        }
    }
}
