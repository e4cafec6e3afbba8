import Glibc

/// What a crash leaves on disk.
enum CoreDumps {
    /// None: our memory holds the token, and a sandbox of Mesos is open to many.
    static func forbid() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }
}
