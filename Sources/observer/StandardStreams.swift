import Glibc

/// The file descriptors 0, 1 and 2.
enum StandardStreams {
    /// Opens /dev/null where one is closed: else the first file or connection that gets its number has our log written
    /// into it.
    static func openMissing() {
        // The lowest free number is the one that is opened, so those below it are taken already.
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", O_RDWR)
        }
    }
}
