import Foundation
import Glibc

/// The resource usage of this process.
enum ProcessUse {
    static var cpu: Duration {
        let usage = usage
        return [usage.ru_utime, usage.ru_stime].reduce(.zero) {
            $0 + .seconds($1.tv_sec) + .microseconds(Int64($1.tv_usec))
        }
    }

    /// The number of wake-ups of threads with the name prefix, or of all threads.
    static func wakeUps(of name: String? = nil) -> Int {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        return tasks.reduce(0) { sum, task in
            guard name == nil || text("task/\(task)/comm")?.hasPrefix(name ?? "") == true else { return sum }
            return sum + (number("voluntary_ctxt_switches:", in: "task/\(task)/status") ?? 0)
        }
    }

    static var megabytes: Int { (number("VmRSS:", in: "status") ?? 0) / 1024 }

    private static var usage: rusage {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage
    }

    private static func number(_ key: String, in file: String) -> Int? {
        let line = text(file)?.split(separator: "\n").first { $0.hasPrefix(key) }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
    }

    private static func text(_ file: String) -> String? {
        try? String(contentsOfFile: "/proc/self/" + file, encoding: .utf8)
    }
}
