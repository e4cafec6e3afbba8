import Foundation
import ObserverEngine

/// A tree on disk with these specs; removed when the value is released.
final class SpecTree {
    let root: String

    /// - Parameter specs: The files of `specs/`.
    init(_ specs: [String: String]) throws {
        root = try temporaryDirectory()
        try FileManager.default.createDirectory(atPath: root + "/specs", withIntermediateDirectories: true)
        for (name, content) in specs {
            try Data(content.utf8).write(to: URL(filePath: "\(root)/specs/\(name)"))
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    func read() throws -> AppSpecs { try SpecReader.read(in: root) }

    /// Every problem in every file, as an operator reads it.
    func problems() throws -> [String] {
        do {
            _ = try read()
            return []
        } catch SpecFailure.specsInvalid(let problems) {
            return problems.map(\.description)
        }
    }
}
