/// Functions for the IDs of apps and groups, which are paths.
enum PathID {
    /// Resolves an id that may be relative to a group (`web`, `../db`).
    static func absolute(_ id: String, in group: String = "/") -> String {
        var segments = id.hasPrefix("/") ? [] : group.split(separator: "/")
        for segment in id.split(separator: "/") {
            switch segment {
            case ".": continue
            case "..": _ = segments.popLast()
            default: segments.append(segment)
            }
        }
        return "/" + segments.joined(separator: "/")
    }

    static func parent(of id: String) -> String {
        "/" + id.split(separator: "/").dropLast().joined(separator: "/")
    }

    /// The groups that contain an app, starting with the root group.
    static func ancestors(of id: String) -> [String] {
        let segments = id.split(separator: "/").dropLast()
        return (0...segments.count).map { "/" + segments.prefix($0).joined(separator: "/") }
    }

    static func isInside(_ id: String, _ group: String) -> Bool {
        group == "/" || id.hasPrefix(group + "/")
    }

    static func isValid(_ id: String) -> Bool {
        let segments = id.split(separator: "/").filter { $0 != "." && $0 != ".." }
        return !id.isEmpty
            && segments.allSatisfy { segment in
                segment.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
                    !part.isEmpty && part.first != "-" && part.last != "-"
                        && part.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
                }
            }
    }

    static let segmentRule =
        #"must fully match regular expression '^(([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9])\.)*([a-z0-9]|[a-z0-9]"#
        + #"[a-z0-9\-]*[a-z0-9])|(\.|\.\.)$'"#
}
