import Glibc
import ObserverEngine

/// Prepares the process before anything else runs.
enum ProcessSetup {
    static func run() {
        openMissingStreams()
        forbidCoreDumps()
        OpenFileLimit.raise()
        Heap.limitArenas()
        InitProcess.runIfFirst()
        // The reader of the output may go away; the program must survive that.
        signal(SIGPIPE, SIG_IGN)
        // A file at its size limit is an error of that write, not the end of the program.
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Opens /dev/null in place of closed standard streams. Otherwise the first file or connection would get such a
    /// descriptor, and the log would be written into it.
    private static func openMissingStreams() {
        // `open` returns the lowest free descriptor, and all lower ones are open already.
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", O_RDWR)
        }
    }

    /// Memory contains the token, and others can read a Mesos sandbox.
    private static func forbidCoreDumps() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }
}
