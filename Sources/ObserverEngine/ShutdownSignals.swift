import Logging
import ServiceLifecycle
import UnixSignals

/// Ends the engine on SIGTERM and SIGINT, with the documented lines.
package struct ShutdownSignals: Service {
    private let transcript: Transcript
    /// Whether Mesos' executor writes the closing lines itself.
    private let isMesosTask: Bool

    package init(transcript: Transcript, isMesosTask: Bool) {
        self.transcript = transcript
        self.isMesosTask = isMesosTask
    }

    /// Returning ends the group.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
                if !isMesosTask {
                    if signal == .sigterm { transcript.terminated() } else { transcript.shutsDown() }
                }
                return
            }
        }
    }
}
