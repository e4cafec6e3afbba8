import Foundation
import Glibc

/// Shortens paths of Unix sockets that are too long for the system.
enum SocketPath {
    /// Source: https://man7.org/linux/man-pages/man7/unix.7.html, `sun_path` with its terminating zero
    private static let longest = 107

    /// The path itself or, if it is too long, a path through its directory, which stays open until the process ends.
    /// Mesos sandboxes without Docker have such paths.
    static func reachable(_ path: String) -> String {
        guard path.utf8.count > longest else { return path }
        let url = URL(filePath: path)
        let directory = open(
            url.deletingLastPathComponent().path(percentEncoded: false), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        return directory < 0 ? path : "/proc/self/fd/\(directory)/\(url.lastPathComponent)"
    }
}
