import Foundation

/// Files with the environment of services that are in no commit, because they hold passwords: someone put them into the live
/// tree.
struct UntrackedFiles {
    private let paths: [String]

    /// - Parameter documents: The compose files.
    init(of documents: [JSONValue], base: String) {
        let services = documents.flatMap { ($0["services"]?.object ?? [:]).values }
        let values = services.compactMap { $0["env_file"] }.flatMap { $0.array ?? [$0] }
        let names = values.compactMap { $0.string ?? $0["path"]?.string }
        paths = names.filter { !$0.hasPrefix("/") && !$0.contains("..") && !$0.contains("$") }
            .map { (base.isEmpty ? "" : base + "/") + ($0.hasPrefix("./") ? String($0.dropFirst(2)) : $0) }
    }

    /// Links those that a tree lacks to those of the live tree.
    func link(from live: String, into root: String) throws {
        guard root != live else { return }
        for path in Set(paths) {
            let (existing, wanted) = (live + "/" + path, root + "/" + path)
            guard FileManager.default.fileExists(atPath: existing), !FileManager.default.fileExists(atPath: wanted),
                FileManager.default.fileExists(atPath: (wanted as NSString).deletingLastPathComponent)
            else { continue }
            try FileManager.default.createSymbolicLink(atPath: wanted, withDestinationPath: existing)
        }
    }
}
