import Glibc

/// The path of the state directory. An observer creates it; commands find the control socket in it.
package struct StateLocation: Equatable, Sendable {
    package let path: String

    /// The Unix socket of the control API.
    package var controlSocket: String { path + "/control.sock" }

    /// The Unix socket of the control API where the state directory can't hold one.
    package var otherControlSocket: String { "\(PrivateDirectory.path)/\(path.fingerprint).sock" }

    /// The socket that a client should use: the other one only if there is none in the state directory.
    package var controlSocketInUse: String {
        let isElsewhere =
            !FileKind.isSocket(controlSocket) && PrivateDirectory.isUsable && FileKind.isSocket(otherControlSocket)
        return isElsewhere ? otherControlSocket : controlSocket
    }

    package init(path: String) {
        self.path = path
    }

    /// The directory of `-state` or the sandbox of a Mesos task; nil if it depends on repository and branch.
    init?(named sources: SettingSources) {
        if let given = sources.given(.state) {
            path = given.text.hasPrefix("/") ? given.text : sources.directory + "/" + given.text
        } else if let sandbox = TaskEnvironment(environment: sources.environment).sandbox {
            path = sandbox + "/observer"
        } else {
            return nil
        }
    }

    /// The default for a branch in the home directory.
    init(of branch: WatchedBranch, sources: SettingSources) {
        let home = sources.environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? sources.directory
        let base =
            sources.environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.local/state"
        path = "\(base)/dploy-observer/\(branch.repository)/\(branch.name.fileName)"
    }
}

extension String {
    /// The name of a branch as one file name: two branches never share one.
    fileprivate var fileName: String {
        let name = replacing("%", with: "%25").replacing("/", with: "%2F")
        // Source: https://man7.org/linux/man-pages/man7/path_resolution.7.html, NAME_MAX
        return name.utf8.count <= 255 ? name : "\(name.beginning(ofBytes: 200))-\(fingerprint)"
    }

    /// FNV-1a in hexadecimal.
    /// Source: https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
    fileprivate var fingerprint: String {
        let hash = utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        return String(hash, radix: 16)
    }
}

/// A directory that only this user can open, for the control socket.
package enum PrivateDirectory {
    package static var path: String { "/tmp/dploy-observer-\(getuid())" }

    /// Whether it exists and belongs to this user alone: anyone could have created it.
    static var isUsable: Bool {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return false }
        return status.st_uid == getuid() && status.st_mode & 0o077 == 0
    }

    /// Creates it if it is missing.
    /// - Returns: Whether it is usable.
    package static func create() -> Bool {
        _ = mkdir(path, 0o700)
        return isUsable
    }
}

private enum FileKind {
    static func isSocket(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }
}
