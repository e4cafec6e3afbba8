import Glibc
package import Logging
import ServiceLifecycle
import UnixSignals

/// Shuts the engine down on SIGTERM and SIGINT, and prints the documented lines. SIGHUP does the same where it means that the
/// terminal is gone; elsewhere it asks a daemon to reload its files, which happens anyway.
package struct ShutdownSignals: Service {
    private let signals: UnixSignalsSequence
    private let transcript: Transcript
    /// Whether Mesos' executor prints the closing lines.
    private let isMesosTask: Bool
    private let hasTerminal: Bool
    private let logger: Logger

    /// Starts trapping the signals.
    package init(transcript: Transcript, isMesosTask: Bool, logger: Logger) async {
        // As under nohup.
        let ignoresHangup = Self.isIgnored(SIGHUP)
        signals = await UnixSignalsSequence(trapping: [.sigterm, .sigint] + (ignoresHangup ? [] : [.sighup]))
        self.transcript = transcript
        self.isMesosTask = isMesosTask
        self.logger = logger
        hasTerminal = [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO].contains { isatty($0) == 1 }
    }

    private static func isIgnored(_ signal: CInt) -> Bool {
        var action = sigaction()
        guard sigaction(signal, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Returning shuts the service group down.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await signal in signals {
                if signal == .sighup, !hasTerminal {
                    logger.info("Ignoring SIGHUP: certificates and tokens are reloaded when their files change.")
                    continue
                }
                if !isMesosTask {
                    if signal == .sigterm { transcript.terminated() } else { transcript.shuttingDown() }
                }
                return
            }
        }
    }
}

/// Shuts the engine down on request, also on one from before the service group exists.
struct StopRequest: Service {
    let requested: Latch<Void>

    func run() async throws {
        await cancelWhenGracefulShutdown {
            try? await requested.get()
        }
    }
}
