import Foundation
import Glibc

/// A program whose ID is in a file, so that it is found again if this process is killed and the program continues: two of
/// its kind at a time would get in each other's way.
struct LeftoverProcess: Sendable {
    /// How long it may continue with its work.
    private static let timeout = Duration.seconds(30)
    /// How long a killed program may take to end.
    private static let grace = Duration.seconds(5)
    private static let interval = Duration.milliseconds(50)

    /// The file with its ID, which is also that of its session and group.
    let file: String

    /// The arguments for `/bin/sh` that run a program. The shell records its ID, which is that of the program, before the
    /// program begins. On a full disk the program runs anyway.
    func recording(_ program: [String]) -> [String] {
        ["-c", #"{ echo $$ >"$0"; } 2>/dev/null; exec "$@""#, file] + program
    }

    /// The program has ended.
    func discard() { unlink(file) }

    /// Waits until it has ended with everything that it started in its group, and kills it after some time. What can't be
    /// killed is left alone.
    /// - Parameter willWait: Called if it has not ended yet.
    /// - Throws: `CancellationError`
    func end(_ willWait: () async -> Void = {}) async throws {
        if let text = try? String(contentsOfFile: file, encoding: .utf8),
            let group = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)), group > 1
        {
            if isAlive(group) { await willWait() }
            let deadline = ContinuousClock.now + Self.timeout
            while isAlive(group), .now < deadline + Self.grace {
                if .now >= deadline { kill(-group, SIGKILL) }
                try await Task.sleep(for: Self.interval)
            }
        }
        discard()
    }

    /// Whether a process of the group has not ended. Another program may have got the ID since, after a restart of the
    /// machine or the container, too; then the first process or that program began after the file was written.
    private func isAlive(_ group: pid_t) -> Bool {
        var file = stat()
        guard stat(self.file, &file) == 0 else { return false }
        let written = Double(file.st_mtim.tv_sec) + 2
        let isReused = [1, group].contains { id in ProcessEntry(id).map { $0.start > written } ?? false }
        guard !isReused else { return false }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap({ pid_t($0) }).contains { id in
            guard let process = ProcessEntry(id), process.group == group, process.session == group else { return false }
            return true
        }
    }
}

/// An entry of the kernel's list of processes.
/// Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
private struct ProcessEntry {
    let group: pid_t
    let session: pid_t
    /// In seconds since 1970.
    let start: Double

    /// nil if it does not exist or has ended.
    init?(_ id: pid_t) {
        guard let line = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
            let name = line.lastIndex(of: ")")
        else { return nil }
        // After the name: state, parent, group, session; the start is the 22nd of all fields.
        let fields = line[line.index(after: name)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X", let group = pid_t(fields[2]),
            let session = pid_t(fields[3]), let ticks = Double(fields[19]), let boot = Self.bootTime
        else { return nil }
        self.group = group
        self.session = session
        start = boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static var bootTime: Double? {
        let lines = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8))?.split(separator: "\n") ?? []
        return lines.first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
    }
}
