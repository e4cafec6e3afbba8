import Glibc

/// Tells one version of a file from another without reading it.
struct FileVersion: Equatable {
    private struct Time: Equatable {
        let seconds: Int
        let nanoseconds: Int

        init(_ time: timespec) { (seconds, nanoseconds) = (time.tv_sec, time.tv_nsec) }
    }

    private let inode: UInt64
    private let size: Int64
    private let modified: Time
    /// Nobody can set it back, and it tells of new permissions too.
    private let changed: Time

    /// nil where there is no such file.
    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (modified, changed) = (Time(status.st_mtim), Time(status.st_ctim))
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
    }
}
