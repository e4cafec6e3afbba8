import Foundation

/// The kernel's list of processes.
/// Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
enum ProcessGroup {
    /// The running processes of a group, without those that ended and wait for their parent.
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
