import Foundation
import Glibc

/// The path of a Unix socket, short enough for the system.
enum SocketPath {
    /// Source: https://man7.org/linux/man-pages/man7/unix.7.html, `sun_path` and its closing zero
    private static let longest = 107

    /// The path itself, or where it is too long a way through its directory, which the process keeps open to its end.
    /// A Mesos sandbox without Docker has such a path.
    static func reachable(_ path: String) -> String {
        guard path.utf8.count > longest else { return path }
        let url = URL(filePath: path)
        let directory = open(
            url.deletingLastPathComponent().path(percentEncoded: false), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        return directory < 0 ? path : "/proc/self/fd/\(directory)/\(url.lastPathComponent)"
    }
}
