import Glibc

/// Identifies a file and its version without reading it.
struct FileStamp: Equatable, Sendable {
    /// A file is another one if it was replaced, even under the same name.
    struct Identity: Equatable, Sendable {
        fileprivate let device: UInt64
        fileprivate let inode: UInt64
    }

    private struct Time: Equatable {
        let seconds: Int
        let nanoseconds: Int

        init(_ time: timespec) { (seconds, nanoseconds) = (time.tv_sec, time.tv_nsec) }
    }

    let identity: Identity
    private let size: Int64
    private let modified: Time
    /// Unlike `modified` it can't be set back, and it also changes with permissions.
    private let changed: Time

    /// nil if the file does not exist or can't be examined.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        size = Int64(status.st_size)
        (modified, changed) = (Time(status.st_mtim), Time(status.st_ctim))
    }
}
