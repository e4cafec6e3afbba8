import Foundation

/// What the kernel says of processes.
/// Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
enum ProcessGroup {
    /// The processes of a group that still run: not those that only wait for their parent to notice their end.
    static func members(of group: Int) throws -> [Int] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int.init).filter { pid in
            guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
                let name = stat.lastIndex(of: ")")
            else { return false }
            // After the name: state, parent, group.
            let fields = stat[stat.index(after: name)...].split(separator: " ")
            return fields[2] == "\(group)" && fields[0] != "Z" && fields[0] != "X"
        }
    }
}
