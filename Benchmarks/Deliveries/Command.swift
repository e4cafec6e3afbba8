import Glibc

/// A command that ends by itself. Foundation's `Process` notices that up to 50 ms later.
enum Command {
    /// Runs it without output and for the observed branch.
    /// - Returns: How long it took, from its start to its end.
    static func run(_ arguments: [String]) throws -> Duration {
        let variables = [
            "DPLOY_OBSERVER_GITHUB_OWNER=\(Push.owner)", "DPLOY_OBSERVER_GITHUB_REPO=\(Push.repository)",
        ]
        let (argv, envp) = (arguments.map { strdup($0) } + [nil], variables.map { strdup($0) } + [nil])
        defer { for string in argv + envp { free(string) } }
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        var pid: pid_t = 0
        var status: CInt = 0
        let start = ContinuousClock.now
        guard posix_spawn(&pid, arguments[0], &files, nil, argv, envp) == 0, waitpid(pid, &status, 0) == pid,
            status == 0
        else { throw Connection.Failed() }
        return ContinuousClock.now - start
    }
}
