/// The IDs of apps and groups: paths.
/// Source: https://mesosphere.github.io/marathon/docs/application-groups.html
package enum MarathonPath {
    /// The absolute form of `id` in the group `base`.
    package static func absolute(_ id: String, in base: String = "/") -> String {
        var segments = id.hasPrefix("/") ? [] : base.split(separator: "/")
        for segment in id.split(separator: "/") {
            switch segment {
            case ".": break
            case "..": _ = segments.popLast()
            default: segments.append(segment)
            }
        }
        return "/" + segments.joined(separator: "/")
    }

    /// The group that an app or group is in.
    package static func parent(of id: String) -> String {
        "/" + id.split(separator: "/").dropLast().joined(separator: "/")
    }

    /// Whether the id is below the group.
    package static func isChild(_ id: String, of group: String) -> Bool {
        group == "/" ? id != "/" : id.hasPrefix(group + "/")
    }

    /// Why Marathon would reject a relative or absolute id; nil if it would not.
    package static func flaw(in id: String) -> String? {
        if id == "/" { return "is the root group; use a group of this repository, like '/shop'" }
        if id.hasSuffix("/"), !id.hasSuffix("//") { return "ends with a slash; remove it" }
        let segments = id.split(separator: "/", omittingEmptySubsequences: false)
        let named = segments.first == "" ? segments.dropFirst() : segments[...]
        if named.isEmpty || named.contains("") { return "has an empty segment" }
        for segment in named where segment != ".." && segment != "." {
            if segment.wholeMatch(of: #/[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*/#) == nil
            {
                return "may only contain lower-case letters, digits, dashes and dots in each segment"
            }
        }
        return nil
    }
}
