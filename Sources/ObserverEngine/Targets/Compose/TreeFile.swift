import Foundation
import Glibc

/// A file or symbolic link of a tree. Directories on the way are created as needed; no link is followed, because containers may
/// write where the tree is.
struct TreeFile {
    private let path: String

    /// - Parameter path: Relative to the root of the tree.
    init(_ path: String) {
        self.path = path
    }

    /// Copies it into a tree that does not have it yet.
    func copy(from source: String, to root: String) throws {
        try makeParents(in: root)
        try write(from: source, to: root + "/" + path)
    }

    /// Checks whether it can be placed in a tree.
    /// - Parameter gone: The files that are removed from the tree before.
    /// - Throws: `InTheWay`
    func check(in root: String, without gone: Set<String>) throws {
        let existing = root + "/" + path
        guard isReachable(in: root), kind(of: existing) == S_IFDIR, !becomesEmpty(path, in: root, without: gone) else {
            return
        }
        throw InTheWay(path: existing)
    }

    /// Replaces it in a tree, if it differs.
    func place(from source: String, to root: String) throws {
        try makeParents(in: root)
        let (wanted, existing) = (source + "/" + path, root + "/" + path)
        guard !isSame(wanted, existing) else { return }
        if kind(of: existing) == S_IFDIR {
            // Fails where it has files of containers or people.
            guard rmdir(existing) == 0 else { throw InTheWay(path: existing) }
        }
        let fresh = existing + ".dploy-new"
        try? FileManager.default.removeItem(atPath: fresh)
        try write(from: source, to: fresh)
        guard rename(fresh, existing) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Removes it, and directories that become empty.
    func remove(from root: String) throws {
        guard isReachable(in: root) else { return }
        let full = root + "/" + path
        if kind(of: full) != S_IFDIR { unlink(full) }
        var directory = path.split(separator: "/").dropLast()
        while !directory.isEmpty, rmdir(root + "/" + directory.joined(separator: "/")) == 0 { directory.removeLast() }
    }

    /// A directory with files of others is where a commit has a file.
    struct InTheWay: LocalizedError {
        /// The directory.
        let path: String
        var errorDescription: String? {
            "\(path.printable) is a directory with files that are in no commit; remove it"
        }
    }

    private func write(from source: String, to destination: String) throws {
        let original = source + "/" + path
        try FileManager.default.copyItem(atPath: original, toPath: destination)
        guard kind(of: destination) == S_IFREG else { return }
        chmod(destination, FileManager.default.isExecutableFile(atPath: original) ? 0o755 : 0o644)
    }

    private func isSame(_ first: String, _ second: String) -> Bool {
        let kinds = (kind(of: first), kind(of: second))
        guard kinds.0 == kinds.1 else { return false }
        if kinds.0 == S_IFLNK {
            let target = { try? FileManager.default.destinationOfSymbolicLink(atPath: $0) }
            return target(first) == target(second)
        }
        return FileManager.default.isExecutableFile(atPath: first)
            == FileManager.default.isExecutableFile(atPath: second)
            && FileManager.default.contentsEqual(atPath: first, andPath: second)
    }

    private func makeParents(in root: String) throws {
        var directory = root
        for part in path.split(separator: "/").dropLast() {
            directory += "/" + part
            switch kind(of: directory) {
            case S_IFDIR: continue
            case nil: break
            default: unlink(directory)
            }
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            chmod(directory, 0o755)
        }
    }

    /// Whether a directory is empty once files are removed, with every directory that becomes empty by that.
    private func becomesEmpty(
        _ directory: String, in root: String, without gone: Set<String>, isNested: Bool = false
    ) -> Bool {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: root + "/" + directory) else {
            return false
        }
        // An empty directory in it stays.
        if isNested, names.isEmpty { return false }
        return names.allSatisfy { name in
            let path = directory + "/" + name
            return kind(of: root + "/" + path) == S_IFDIR
                ? becomesEmpty(path, in: root, without: gone, isNested: true) : gone.contains(path)
        }
    }

    /// Whether only directories lead to it.
    private func isReachable(in root: String) -> Bool {
        var directory = root
        return path.split(separator: "/").dropLast().allSatisfy { part in
            directory += "/" + part
            return kind(of: directory) == S_IFDIR
        }
    }

    /// `S_IFREG`, `S_IFDIR`, `S_IFLNK`, …; nil if there is nothing.
    private func kind(of path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
