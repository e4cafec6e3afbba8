import Foundation
import Glibc

/// The resource usage of a process, from `/proc`.
struct ProcessUse {
    static let own = ProcessUse(process: "self")

    private let process: String

    init(_ pid: pid_t) { self.init(process: String(pid)) }

    private init(process: String) { self.process = process }

    /// CPU time of all its threads, to 10 ms.
    var cpu: Duration {
        // The name of the program, in parentheses, may contain spaces.
        let fields = text("stat")?.split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
        return .milliseconds(ticks * 1000 / sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The number of wake-ups of threads with the name prefix, or of all threads; of threads that still exist.
    func wakeUps(of name: String? = nil) -> Int { wakeUpsByThread(of: name).values.reduce(0, +) }

    /// The number of wake-ups of each thread. Threads come and go, so the sum of all of them may decrease.
    func wakeUpsByThread(of name: String? = nil) -> [String: Int] {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
        let counts = tasks.compactMap { task -> (String, Int)? in
            guard name == nil || text("task/\(task)/comm")?.hasPrefix(name ?? "") == true else { return nil }
            return number("voluntary_ctxt_switches:", in: "task/\(task)/status").map { (task, $0) }
        }
        return Dictionary(uniqueKeysWithValues: counts)
    }

    /// Resident memory in MB.
    var megabytes: Int { (number("VmRSS:", in: "status") ?? 0) / 1024 }

    /// Resident memory, of which shared pages count in part.
    var proportionalKilobytes: Int { number("Pss:", in: "smaps_rollup") ?? 0 }

    /// Resident memory that is not of files, in MB.
    var anonymousMegabytes: Double { Double(number("RssAnon:", in: "status") ?? 0) / 1024 }

    private func number(_ key: String, in file: String) -> Int? {
        let line = text(file)?.split(separator: "\n").first { $0.hasPrefix(key) }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
    }

    private func text(_ file: String) -> String? {
        try? String(contentsOfFile: "/proc/\(process)/" + file, encoding: .utf8)
    }
}
