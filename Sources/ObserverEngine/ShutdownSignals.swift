import Logging
import ServiceLifecycle
import UnixSignals

/// Ends the engine on SIGTERM and SIGINT, with the documented lines.
package struct ShutdownSignals: Service {
    private let signals: UnixSignalsSequence
    private let transcript: Transcript
    /// Whether Mesos' executor writes the closing lines itself.
    private let isMesosTask: Bool

    /// Signals are trapped from now on.
    package init(transcript: Transcript, isMesosTask: Bool) async {
        signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        self.transcript = transcript
        self.isMesosTask = isMesosTask
    }

    /// Returning ends the group.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await signal in signals {
                if !isMesosTask {
                    if signal == .sigterm { transcript.terminated() } else { transcript.shutsDown() }
                }
                return
            }
        }
    }
}
