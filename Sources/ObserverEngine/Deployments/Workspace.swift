import Foundation

/// The directory in which one deployment works. There is only ever one, because one deployment runs at a time.
enum Workspace {
    /// An empty directory for our eyes only; what an earlier run left there is gone.
    static func make(in stateDirectory: String) throws -> String {
        let path = stateDirectory + "/workspace"
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return path
    }
}
