import Foundation
import Glibc
import Synchronization

/// Shortens paths of Unix sockets that are too long for the system.
enum SocketPath {
    /// Source: https://man7.org/linux/man-pages/man7/unix.7.html, `sun_path` with its terminating zero
    private static let longest = 107

    /// One descriptor for each directory, however often it is used.
    private static let opened = Mutex<[String: CInt]>([:])

    /// The path itself or, if it is too long, a path through its directory, which stays open until the process ends.
    /// Mesos sandboxes without Docker have such paths.
    static func reachable(_ path: String) -> String {
        guard path.utf8.count > longest else { return path }
        let url = URL(filePath: path)
        let name = url.deletingLastPathComponent().path(percentEncoded: false)
        let directory = opened.withLock { opened in
            // A directory that was replaced under its name is another one.
            if let known = opened[name], isSame(known, name) { return known }
            let directory = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            opened[name] = directory < 0 ? nil : directory
            return directory
        }
        return directory < 0 ? path : "/proc/self/fd/\(directory)/\(url.lastPathComponent)"
    }

    private static func isSame(_ descriptor: CInt, _ path: String) -> Bool {
        var (open, named) = (stat(), stat())
        return fstat(descriptor, &open) == 0 && stat(path, &named) == 0 && open.st_ino == named.st_ino
            && open.st_dev == named.st_dev
    }
}
