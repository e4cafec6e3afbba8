import Foundation
import Glibc

/// A Compose process that an observer left behind when it was killed. Two of them at a time would get in each other's way.
struct LeftoverProcess: Sendable {
    /// How long it may continue with its work.
    private static let timeout = Duration.seconds(30)
    private static let interval = Duration.milliseconds(50)

    /// The file with its ID, which is also that of its session.
    let file: String

    /// Waits until it has ended, and kills it after some time.
    /// - Throws: `CancellationError`
    func end() async throws {
        defer { unlink(file) }
        guard let text = try? String(contentsOfFile: file, encoding: .utf8),
            let session = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)), session > 1
        else { return }
        let deadline = ContinuousClock.now + Self.timeout
        while isAlive(session) {
            if .now >= deadline { kill(-session, SIGKILL) }
            try await Task.sleep(for: Self.interval)
        }
    }

    /// Whether a process of the session has not ended. Another program may have got the id since; it began after the file
    /// was written.
    private func isAlive(_ session: pid_t) -> Bool {
        var file = stat()
        guard stat(self.file, &file) == 0 else { return false }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap({ pid_t($0) }).contains { id in
            guard let process = ProcessEntry(id), process.session == session else { return false }
            return id != session || process.start <= Double(file.st_mtim.tv_sec) + 2
        }
    }
}

/// An entry of the kernel's list of processes.
/// Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
private struct ProcessEntry {
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
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X", let session = pid_t(fields[3]),
            let ticks = Double(fields[19]), let boot = Self.bootTime
        else { return nil }
        self.session = session
        start = boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static var bootTime: Double? {
        let lines = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8))?.split(separator: "\n") ?? []
        return lines.first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
    }
}
