import NIOCore
import NIOPosix

/// Listens on an address for a moment.
enum ListenProbe {
    /// Why an observer could not listen there, as a sentence; nil if it could.
    static func problem(at address: ListenAddress, of setting: Setting) async -> String? {
        // The system chooses a free port.
        guard address.port != 0 else { return nil }
        do {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
                .bind(host: address.host, port: address.port).get()
            try? await channel.close()
            return nil
        } catch {
            let reason = (error as? IOError)?.shortReason ?? "\(error)"
            return "Can't listen on \(address) (-\(setting.rawValue)): \(reason). Stop what uses it, or choose another."
        }
    }
}

extension TokenFile {
    /// Why an observer could not start with this file of tokens, as sentences.
    static func obstacles(_ path: String) -> [String] {
        do throws(Unusable) {
            return try read(path).problems
        } catch {
            return [error.description]
        }
    }
}
