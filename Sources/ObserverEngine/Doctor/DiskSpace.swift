import Foundation

/// The room where the state directory is, or will be.
struct DiskSpace: Equatable {
    let path: String
    /// In bytes.
    let free: Int64
    let isWritable: Bool

    init(path: String, free: Int64, isWritable: Bool) {
        self.path = path
        self.free = free
        self.isWritable = isWritable
    }

    /// Measures it at the nearest directory that exists already.
    init(at location: StateLocation) {
        var path = location.path
        while !FileManager.default.fileExists(atPath: path), path != "/", !path.isEmpty {
            path = (path as NSString).deletingLastPathComponent
        }
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
        self.init(
            path: path, free: (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0,
            isWritable: FileManager.default.isWritableFile(atPath: path))
    }
}
