import Foundation
import Glibc

/// The directory that holds what must survive a restart; one observer at a time works in it.
package struct StateDirectory: ~Copyable {
    package enum Problem: Error, CustomStringConvertible {
        case unusable(path: String, reason: String)
        case taken(path: String)

        package var description: String {
            switch self {
            case .unusable(let path, let reason):
                "Can't use the state directory \(path): \(reason). Make it writable, or choose another with -state."
            case .taken(let path):
                "Another observer is working with the state directory \(path). Stop it, or choose another with -state."
            }
        }
    }

    package let path: String
    private let lock: CInt

    /// Creates the directory where it is missing, for our eyes only, and locks it until the value goes away.
    package init(path: String) throws(Problem) {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unusable(path: path, reason: Self.reason(of: error))
        }
        // A mounted volume may belong to somebody else, who decides who may look into it.
        guard chmod(path, 0o700) == 0 || errno == EPERM else {
            throw .unusable(path: path, reason: Self.systemReason)
        }
        let descriptor = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unusable(path: path, reason: Self.systemReason) }
        // What was there before may have been left open to others.
        _ = fchmod(descriptor, 0o600)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .taken(path: path)
        }
        lock = descriptor
    }

    deinit {
        // A child that is being started may hold the descriptor for a moment longer.
        flock(lock, LOCK_UN)
        close(lock)
    }

    private static var systemReason: String { String(cString: strerror(errno)).lowercased() }

    private static func reason(of error: any Error) -> String {
        guard let code = (error as? CocoaError)?.underlying as? POSIXError else { return error.localizedDescription }
        return String(cString: strerror(code.code.rawValue)).lowercased()
    }
}
