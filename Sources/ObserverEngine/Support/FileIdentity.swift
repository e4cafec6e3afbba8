import Glibc

/// Which file a path leads to: another one of the same name is not the same.
struct FileIdentity: Equatable, Sendable {
    private let device: UInt64
    private let node: UInt64

    /// nil where there is none.
    init?(path: String) {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        device = UInt64(found.st_dev)
        node = UInt64(found.st_ino)
    }
}
