import Foundation
import Glibc
import Synchronization

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
        lock = try Self.lock(path)
    }

    /// Creates the directory if it is missing, and locks it.
    /// - Returns: The descriptor of the lock file.
    fileprivate static func lock(_ path: String) throws(Problem) -> CInt {
        var status = stat()
        if stat(path, &status) != 0, errno == ELOOP { throw unusable(path, because: ELOOP) }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw unusable(path, because: code(of: error), otherwise: error.localizedDescription)
        }
        // A mounted volume may belong to another user, who decides on its permissions.
        guard chmod(path, 0o700) == 0 || errno == EPERM else { throw unusable(path, because: errno) }
        let descriptor = open(lockPath(in: path), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unusable(path, because: errno) }
        // An existing file may be readable by others.
        _ = fchmod(descriptor, 0o600)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            throw code == EWOULDBLOCK ? Problem.taken(path: path) : unusable(path, because: code)
        }
        return descriptor
    }

    fileprivate static func lockPath(in directory: String) -> String { directory + "/lock" }

    fileprivate static func unlock(_ descriptor: CInt) {
        // A child process that is starting may hold the descriptor a moment longer.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    deinit { Self.unlock(lock) }

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

/// Locks a state directory again that was removed while it is in use: otherwise another observer could start with it.
package final class StateLock: Sendable {
    private struct State {
        /// The lock file that this process has locked; nil if there was none at the start.
        var identity: FileStamp.Identity?
        /// Of a lock file that replaced the first one.
        var descriptor: CInt?
    }

    private let directory: String
    private let state: Mutex<State>

    private var path: String { StateDirectory.lockPath(in: directory) }

    /// - Parameter directory: A state directory that this process has locked.
    package init(of directory: String) {
        self.directory = directory
        let identity = FileStamp(path: StateDirectory.lockPath(in: directory))?.identity
        state = Mutex(State(identity: identity))
    }

    deinit { if let descriptor = state.withLock(\.descriptor) { StateDirectory.unlock(descriptor) } }

    /// Creates the directory and its lock file again, unless the lock file is still the locked one.
    package func restore() throws(StateDirectory.Problem) {
        let current = FileStamp(path: path)?.identity
        if let current, current == state.withLock(\.identity) { return }
        let descriptor = try StateDirectory.lock(directory)
        let identity = FileStamp(path: path)?.identity
        let previous = state.withLock { state in
            defer { state = State(identity: identity, descriptor: descriptor) }
            return state.descriptor
        }
        if let previous { StateDirectory.unlock(previous) }
    }
}
