import Foundation

/// One service of a compose file, with everything that Compose resolves.
struct ComposeService: Equatable, Sendable, Codable {
    let name: String
    /// The configuration as Compose prints it: every scalar is a string, paths in the tree are relative to it, and values of
    /// the environment are digests.
    let definition: JSONValue
    /// The digest of the files in the tree that its containers see; nil if they see none.
    let mounted: String?
    /// The digest of each of these files by its path; nil without such files, or if they are too many to record.
    let mountedFiles: [String: String]?
    /// The digest of the directory that its image is built from; nil if it is not built.
    let sources: String?

    init(
        name: String, definition: JSONValue, mounted: String? = nil, mountedFiles: [String: String]? = nil,
        sources: String? = nil
    ) {
        self.name = name
        self.definition = definition
        self.mounted = mounted
        self.mountedFiles = mountedFiles
        self.sources = sources
    }

    /// Two services with the same fingerprint have the same containers. How an image is built and how many containers there
    /// are does not count: the first is seen in the image, the second replaces none.
    var fingerprint: String {
        var counted = definition
        for field in ["build", "pull_policy", "scale"] { counted[field] = nil }
        if var deploy = counted["deploy"] {
            deploy["replicas"] = nil
            counted["deploy"] = deploy.object?.isEmpty == true ? nil : deploy
        }
        counted["x-dploy-mounted"] = mounted.map(JSONValue.string)
        return counted.canonical.sha256
    }

    /// The number of containers.
    var replicas: Int {
        let text = (definition["deploy"]?["replicas"] ?? definition["scale"])?.string
        return text.flatMap { Int($0) } ?? 1
    }

    /// The ports of the host that its containers need.
    var published: [PublishedPort] { (definition["ports"]?.array ?? []).compactMap { PublishedPort($0) } }
    var usesHostNetwork: Bool { definition["network_mode"]?.string == "host" }
    var image: String? { definition["image"]?.string }
    var isBuilt: Bool { definition["build"].map { $0 != .null } ?? false }
    var alwaysPulls: Bool { definition["pull_policy"]?.string == "always" }

    /// The names that Compose and podman-compose may give to an image that is built.
    func imageNames(in project: String) -> [String] {
        if let image { return [image] }
        return ["\(project)-\(name)", "\(project)_\(name)", "localhost/\(project)_\(name)"]
    }
}
