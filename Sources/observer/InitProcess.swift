import Foundation
import Glibc

/// Process 1 of a container, as which the program starts itself again: the kernel hands every orphan in the container to
/// process 1, which has to collect it when it ends, or it stays as a zombie.
///
/// The program itself can't do this: it would take the exit status of a deploy command from the code that waits for it.
enum InitProcess {
    /// Becomes that process if it has to, and ends with the program. Returns in the program itself.
    static func runIfFirst() {
        guard getpid() == 1, let program = spawn() else { return }
        var all = sigset_t()
        sigfillset(&all)
        var ended: CInt?
        while ended == nil {
            var info = siginfo_t()
            let signal = sigwaitinfo(&all, &info)
            if signal == SIGCHLD {
                ended = collect(waitingFor: program)
            } else if signal > 0, info.si_code != Self.fromTerminal {
                // The terminal has sent it to the program as well.
                kill(program, signal)
            }
        }
        exit(ended ?? EXIT_FAILURE)
    }

    /// `SI_KERNEL`, which the module of the C library does not export.
    private static let fromTerminal: CInt = 0x80

    /// Starts the program with its arguments; nil if that is not possible. Blocks all signals in this process.
    private static func spawn() -> pid_t? {
        var attributes = posix_spawnattr_t()
        guard posix_spawnattr_init(&attributes) == 0 else { return nil }
        defer { posix_spawnattr_destroy(&attributes) }
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, &before)
        posix_spawnattr_setsigmask(&attributes, &before)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let arguments = CommandLine.arguments.map { strdup($0) } + [nil]
        let environment = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var program = pid_t()
        guard posix_spawn(&program, "/proc/self/exe", nil, &attributes, arguments, environment) == 0 else {
            pthread_sigmask(SIG_SETMASK, &before, nil)
            return nil
        }
        return program
    }

    /// Collects all processes that have ended.
    /// - Returns: The exit status of the program if it is among them, as a shell shows it.
    private static func collect(waitingFor program: pid_t) -> CInt? {
        var result: CInt?
        var status: CInt = 0
        while case let process = waitpid(-1, &status, WNOHANG), process > 0 {
            guard process == program else { continue }
            let signal = status & 0x7f
            result = signal == 0 ? (status >> 8) & 0xff : 128 + signal
        }
        return result
    }
}
