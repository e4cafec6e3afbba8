import Foundation
import Glibc

/// Why GitHub's archive of a commit lacks a file that the repository seems to have.
/// Sources: https://git-scm.com/docs/gitattributes#_creating_an_archive, https://git-scm.com/docs/gitmodules
struct ArchiveGap {
    private static let sizeLimit = 1024 * 1024

    /// The patterns with the attribute export-ignore.
    private let ignored: [String]
    private let submodules: [String]

    init(attributes: String, modules: String) {
        ignored = attributes.split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let pattern = words.first, !pattern.hasPrefix("#"), words.dropFirst().contains("export-ignore") else {
                return nil
            }
            return String(pattern)
        }
        submodules = modules.split(whereSeparator: \.isNewline).compactMap { line in
            line.firstMatch(of: #/^\s*path\s*=\s*(.*?)\s*$/#).map { String($0.1) }
        }
    }

    init(in root: String) {
        let text = { (name: String) in
            (try? BoundedFile.read("\(root)/\(name)", limit: Self.sizeLimit)).map {
                String(decoding: $0, as: UTF8.self)
            }
                ?? ""
        }
        self.init(attributes: text(".gitattributes"), modules: text(".gitmodules"))
    }

    /// The end of a sentence about the path; nil if nothing is known.
    func reason(for path: String) -> String? {
        if submodules.contains(path) {
            return "is a Git submodule, which is not part of the archive. Move its files into the repository"
        }
        if let pattern = ignored.first(where: { Self.matches($0, path) }) {
            return "is left out because of '\(pattern.printable) export-ignore' in .gitattributes. Remove that line"
        }
        return nil
    }

    /// The patterns that may hide some of the files in a directory.
    func patterns(within directory: String) -> [String] {
        ignored.filter { pattern in
            let plain = pattern.hasPrefix("/") ? String(pattern.dropFirst()) : pattern
            return plain.hasPrefix("\(directory)/") || !plain.contains("/") && plain.lowercased().hasSuffix(".json")
        }
    }

    /// A pattern without a slash matches the name, any other one the whole path.
    private static func matches(_ pattern: String, _ path: String) -> Bool {
        let plain = pattern.hasPrefix("/") ? String(pattern.dropFirst()) : pattern
        if plain == path || fnmatch(plain, path, FNM_PATHNAME) == 0 { return true }
        // All files of a directory, which is then not in the archive.
        if [path + "/**", path + "/*", path + "/"].contains(plain) { return true }
        return !pattern.contains("/") && fnmatch(plain, (path as NSString).lastPathComponent, 0) == 0
    }
}
