import Glibc

/// The number of files and connections that the process may have open (`ulimit -n`).
package enum OpenFileLimit {
    /// More than the program ever needs.
    private static let wanted: rlim_t = 4096

    private static var limit: rlimit? {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? limit : nil
    }

    package static var current: Int { limit.map { Int(clamping: $0.rlim_cur) } ?? 1024 }

    /// Raises a low limit as far as the system allows it.
    package static func raise() {
        guard var limit, limit.rlim_cur < wanted else { return }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
