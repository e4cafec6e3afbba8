import Logging
import ServiceLifecycle
import UnixSignals

/// Shuts the engine down on SIGTERM and SIGINT, and prints the documented lines.
package struct ShutdownSignals: Service {
    private let signals: UnixSignalsSequence
    private let transcript: Transcript
    /// Whether Mesos' executor prints the closing lines.
    private let isMesosTask: Bool

    /// Starts trapping the signals.
    package init(transcript: Transcript, isMesosTask: Bool) async {
        signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        self.transcript = transcript
        self.isMesosTask = isMesosTask
    }

    /// Returning shuts the service group down.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await signal in signals {
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
