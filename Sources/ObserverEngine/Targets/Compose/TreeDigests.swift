import Crypto
import Foundation
import Synchronization

/// Digests of the files of a tree, each computed once.
final class TreeDigests: Sendable {
    private static let pieceSize = 1024 * 1024

    private let root: String
    /// Every file and link, relative to the root, sorted.
    let files: [String]
    private let known = Mutex<[String: String]>([:])

    /// Lists the tree, without what belongs to git.
    init(root: String) throws {
        self.root = root
        files = try Self.files(below: root)
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

    private static func files(below root: String) throws -> [String] {
        var found: [String] = []
        var waiting = [""]
        while let directory = waiting.popLast() {
            for name in try FileManager.default.contentsOfDirectory(atPath: root + "/" + directory) {
                let path = directory.isEmpty ? name : directory + "/" + name
                guard path != ".git" else { continue }
                let attributes = try FileManager.default.attributesOfItem(atPath: root + "/" + path)
                switch attributes[.type] as? FileAttributeType {
                case .typeDirectory?: waiting.append(path)
                case .typeRegular?, .typeSymbolicLink?: found.append(path)
                default: break
                }
            }
        }
        return found.sorted()
    }
}
