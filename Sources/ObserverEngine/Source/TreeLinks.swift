/// The symbolic links of a commit, and where they lead within it.
struct TreeLinks {
    enum Destination: Equatable {
        case inside([String])
        case outside
        /// A link that leads back to itself, or too many links in a row.
        case loop
    }

    /// As many as Linux follows.
    /// Source: https://man7.org/linux/man-pages/man7/path_resolution.7.html
    private static let longestChain = 40

    private var targets: [[String]: String] = [:]
    /// Of all paths and targets together, in bytes.
    private(set) var size = 0

    var paths: Dictionary<[String], String>.Keys { targets.keys }

    func target(of path: [String]) -> String? { targets[path] }

    mutating func add(_ path: [String], target: String) {
        size += path.reduce(0) { $0 + $1.utf8.count + 32 } + target.utf8.count
        targets[path] = target
    }

    /// Whether one of the directories above the path is a link.
    func isBehindLink(_ path: some Collection<String>) -> Bool {
        guard !targets.isEmpty, !path.isEmpty else { return false }
        return (1...path.count).contains { targets[Array(path.prefix($0))] != nil }
    }

    func destination(of link: [String]) -> Destination { follow(link).destination }

    /// The links on the way from a link, and its destination; nil if it does not stay inside.
    func route(from link: [String]) -> (links: [[String]], end: [String])? {
        let (destination, visited) = follow(link)
        guard case .inside(let end) = destination else { return nil }
        return (visited, end)
    }

    private func follow(_ link: [String]) -> (destination: Destination, visited: [[String]]) {
        var walked: [String] = []
        var waiting = link[...]
        var visited: [[String]] = []
        while let name = waiting.popFirst() {
            if name == ".." {
                // The parent of a directory behind a link is that of the real directory, which `walked` is.
                guard walked.popLast() != nil else { return (.outside, visited) }
                continue
            }
            walked.append(name)
            guard let target = targets[walked] else { continue }
            visited.append(walked)
            guard visited.count <= Self.longestChain else { return (.loop, visited) }
            guard let components = Self.components(of: target) else { return (.outside, visited) }
            walked.removeLast()
            waiting = (components + waiting)[...]
        }
        return (.inside(walked), visited)
    }

    /// nil for a target that is absolute or not valid.
    private static func components(of target: String) -> [String]? {
        guard !target.isEmpty, target.utf8.first != UInt8(ascii: "/"), !target.utf8.contains(0) else { return nil }
        return target.pathComponents.filter { $0 != "." }
    }
}

extension String {
    /// Splits by bytes, as the system does: in Swift a slash with an accent is a different character.
    var pathComponents: [String] {
        utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    }
}
