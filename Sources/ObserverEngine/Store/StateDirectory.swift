import Foundation
import Glibc

/// The directory of everything that must survive a restart; one observer at a time uses it.
package struct StateDirectory: ~Copyable {
    package enum Problem: Error, CustomStringConvertible {
        case unusable(path: String, reason: String, isPermission: Bool)
        case taken(path: String)

        package var description: String {
            switch self {
            case .unusable(let path, let reason, let isPermission):
                "Can't use the state directory \(path): \(reason). "
                    + (isPermission
                        ? "Make it writable, or choose another with -state." : "Choose another with -state.")
            case .taken(let path):
                "Another observer is using the state directory \(path); 'observer attach' shows it. Stop it, or choose another "
                    + "directory with -state."
            }
        }
    }

    package let path: String
    private let lock: CInt

    /// Creates the directory if it is missing, accessible only to its owner, and locks it for the lifetime of this value.
    package init(path: String) throws(Problem) {
        self.path = path
        var status = stat()
        if stat(path, &status) != 0, errno == ELOOP { throw Self.unusable(path, because: ELOOP) }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Self.unusable(path, because: Self.code(of: error), otherwise: error.localizedDescription)
        }
        // A mounted volume may belong to another user, who decides on its permissions.
        guard chmod(path, 0o700) == 0 || errno == EPERM else { throw Self.unusable(path, because: errno) }
        let descriptor = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.unusable(path, because: errno) }
        // An existing file may be readable by others.
        _ = fchmod(descriptor, 0o600)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            throw code == EWOULDBLOCK ? Problem.taken(path: path) : Self.unusable(path, because: code)
        }
        lock = descriptor
    }

    deinit {
        // A child process that is starting may hold the descriptor a moment longer.
        flock(lock, LOCK_UN)
        close(lock)
    }

    /// - Parameter code: An error number of the system.
    static func unusable(_ path: String, because code: CInt?, otherwise text: String = "") -> Problem {
        let reason =
            switch code {
            case nil: text
            case ENOTDIR, EEXIST: "a part of the path is a file"
            case ELOOP: "a symbolic link in the path points back to itself"
            case ENOLCK, EOPNOTSUPP, ENOSYS, EINVAL: "its file system does not support locks"
            case let code?: String(cString: strerror(code)).lowercased()
            }
        return .unusable(path: path, reason: reason, isPermission: [EACCES, EPERM, EROFS].contains(code ?? 0))
    }

    private static func code(of error: any Error) -> CInt? {
        guard let error = error as? CocoaError else { return nil }
        if let code = error.underlying as? POSIXError { return code.code.rawValue }
        return error.code == .fileWriteFileExists ? EEXIST : nil
    }
}
