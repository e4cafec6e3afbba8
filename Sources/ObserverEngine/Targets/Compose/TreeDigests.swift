import Crypto
import Foundation
import Synchronization

/// Digests of the files of a tree, each computed once.
final class TreeDigests: Sendable {
    private static let pieceSize = 1024 * 1024
    /// More files than this are not listed one by one.
    private static let listLimit = 200

    private let root: String
    /// Every file and link, relative to the root, sorted.
    let files: [String]
    private let known = Mutex<[String: String]>([:])

    /// Lists the tree, without what belongs to git.
    /// - Parameter live: A directory, links into which are not listed: they are to files that are in no commit.
    init(root: String, besidesLinksInto live: String? = nil) throws {
        self.root = root
        files = try Self.files(below: root, besidesLinksInto: live.map { $0 + "/" })
    }

    /// The digest of everything at and below the paths; nil if the tree has nothing there.
    func digest(of paths: [String]) throws -> String? {
        var lines: [String] = []
        for path in Set(paths).sorted() {
            for file in files where path.isEmpty || file == path || file.hasPrefix(path + "/") {
                lines.append("\(try digest(of: file)) \(file)")
            }
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n").sha256
    }

    /// The digest of each file at and below the paths; nil if there are none, or more than can be listed.
    func files(at paths: [String]) throws -> [String: String]? {
        let found = files.filter { file in
            paths.contains { $0.isEmpty || file == $0 || file.hasPrefix($0 + "/") }
        }
        guard !found.isEmpty, found.count <= Self.listLimit else { return nil }
        return Dictionary(try found.map { ($0, try digest(of: $0)) }) { first, _ in first }
    }

    private func digest(of file: String) throws -> String {
        if let digest = known.withLock({ $0[file] }) { return digest }
        let path = root + "/" + file
        let digest: String
        if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
            digest = "link \(target)".sha256
        } else {
            var hash = SHA256()
            hash.update(data: Data([FileManager.default.isExecutableFile(atPath: path) ? 1 : 0]))
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            while let piece = try handle.read(upToCount: Self.pieceSize), !piece.isEmpty { hash.update(data: piece) }
            digest = hash.finalize().map(\.hexadecimal).joined()
        }
        known.withLock { $0[file] = digest }
        return digest
    }

    private static func files(below root: String, besidesLinksInto live: String?) throws -> [String] {
        var found: [String] = []
        var waiting = [""]
        while let directory = waiting.popLast() {
            for name in try FileManager.default.contentsOfDirectory(atPath: root + "/" + directory) {
                let path = directory.isEmpty ? name : directory + "/" + name
                guard path != ".git" else { continue }
                let attributes = try FileManager.default.attributesOfItem(atPath: root + "/" + path)
                switch attributes[.type] as? FileAttributeType {
                case .typeDirectory?: waiting.append(path)
                case .typeRegular?: found.append(path)
                case .typeSymbolicLink?:
                    let target = try FileManager.default.destinationOfSymbolicLink(atPath: root + "/" + path)
                    if let live, target.hasPrefix(live) { continue }
                    found.append(path)
                default: break
                }
            }
        }
        return found.sorted()
    }
}
