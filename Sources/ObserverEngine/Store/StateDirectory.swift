import Foundation
import Glibc

/// The directory of everything that must survive a restart; one observer at a time uses it.
package struct StateDirectory: ~Copyable {
    package enum Problem: Error, CustomStringConvertible {
        case unusable(path: String, reason: String)
        case taken(path: String)

        package var description: String {
            switch self {
            case .unusable(let path, let reason):
                "Can't use the state directory \(path): \(reason). Make it writable, or choose another with -state."
            case .taken(let path):
                "Another observer is using the state directory \(path). Stop it, or choose another with -state."
            }
        }
    }

    package let path: String
    private let lock: CInt

    /// Creates the directory if it is missing, accessible only to its owner, and locks it for the lifetime of this value.
    package init(path: String) throws(Problem) {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unusable(path: path, reason: Self.reason(of: error))
        }
        // A mounted volume may belong to another user, who decides on its permissions.
        guard chmod(path, 0o700) == 0 || errno == EPERM else {
            throw .unusable(path: path, reason: Self.systemReason)
        }
        let descriptor = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unusable(path: path, reason: Self.systemReason) }
        // An existing file may be readable by others.
        _ = fchmod(descriptor, 0o600)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .taken(path: path)
        }
        lock = descriptor
    }

    deinit {
        // A child process that is starting may hold the descriptor a moment longer.
        flock(lock, LOCK_UN)
        close(lock)
    }

    private static var systemReason: String { String(cString: strerror(errno)).lowercased() }

    private static func reason(of error: any Error) -> String {
        guard let code = (error as? CocoaError)?.underlying as? POSIXError else { return error.localizedDescription }
        return String(cString: strerror(code.code.rawValue)).lowercased()
    }
}
