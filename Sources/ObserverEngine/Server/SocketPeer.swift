import Glibc
import NIOCore

/// The process at the other end of a Unix socket, as the kernel reports it.
/// Source: https://man7.org/linux/man-pages/man7/unix.7.html, SO_PEERCRED
struct SocketPeer: Sendable {
    /// `struct ucred`, which the module of the C library does not export.
    private struct Credentials: Sendable {
        let process: pid_t
        let user: uid_t
        let group: gid_t
    }

    private static let credentials = NIOBSDSocket.Option(rawValue: 17)
    /// The longest file in /proc that is read here, in bytes.
    private static let sizeLimit = 64

    /// The name of its user, or the number of a user without a name.
    let user: String
    /// The user who logged in, if that is another one. Unlike the variables of the process it can't be forged, because only
    /// the kernel changes it.
    /// Source: https://man7.org/linux/man-pages/man5/proc_pid_loginuid.5.html
    let login: String?
    /// Whether the kernel knows who logged in. It does not in most containers.
    let isLoginKnown: Bool

    /// - Throws: `IOError` where the connection is closed, or is not one of a Unix socket.
    static func of(_ channel: any Channel) async throws -> SocketPeer? {
        guard let options = channel as? any SocketOptionProvider else { return nil }
        let found: Credentials = try await options.unsafeGetSocketOption(level: .socket, name: credentials).get()
        // Reading users may ask a directory service.
        return try await BlockingWork.runLong { SocketPeer(found) }
    }

    private init(_ credentials: Credentials) {
        let login = Self.login(of: credentials.process)
        user = Self.name(of: credentials.user)
        isLoginKnown = login != nil
        self.login = login == credentials.user ? nil : login.map { Self.name(of: $0) }
    }

    private static func login(of process: pid_t) -> uid_t? {
        guard let bytes = try? BoundedFile.read("/proc/\(process)/loginuid", limit: sizeLimit) else { return nil }
        let user = uid_t(String(decoding: bytes, as: UTF8.self).prefix { $0.isNumber })
        // The largest number means that there was no login.
        return user == .max ? nil : user
    }

    private static func name(of user: uid_t) -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 * 1024)
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name
        else { return String(user) }
        return String(cString: name)
    }
}
