import Foundation
import Glibc

/// Why GitHub's archive of a commit lacks a file that the repository seems to have.
/// Sources: https://git-scm.com/docs/gitattributes#_creating_an_archive, https://git-scm.com/docs/gitmodules
struct ArchiveGap {
    /// A line with the attribute export-ignore.
    struct Pattern: Equatable {
        /// As it is written.
        let text: String
        /// As it would be written in the root of the repository.
        let path: String
        /// The file that it is in.
        let file: String

        /// `'*.json export-ignore' in specs/.gitattributes`
        var place: String { "'\(text.printable) export-ignore' in \(file)" }
    }

    private static let sizeLimit = 1024 * 1024

    private let ignored: [Pattern]
    private let submodules: [String]

    /// - Parameters:
    ///   - attributes: The content of `.gitattributes`.
    ///   - nested: The content of that file in a directory, by the directory.
    init(attributes: String, nested: [String: String] = [:], modules: String) {
        let inner = nested.sorted { $0.key < $1.key }.flatMap { Self.patterns(in: $0.value, of: $0.key) }
        ignored = Self.patterns(in: attributes, of: nil) + inner
        submodules = modules.split(whereSeparator: \.isNewline).compactMap { line in
            line.firstMatch(of: #/^\s*path\s*=\s*(.*?)\s*$/#).map { String($0.1) }
        }
    }

    private static func patterns(in attributes: String, of directory: String?) -> [Pattern] {
        attributes.split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let word = words.first, !word.hasPrefix("#"), words.dropFirst().contains("export-ignore") else {
                return nil
            }
            let text = String(word)
            guard let directory else { return Pattern(text: text, path: text, file: ".gitattributes") }
            return Pattern(
                text: text, path: "\(directory)/\(text.trimmingPrefix("/"))", file: "\(directory)/.gitattributes")
        }
    }

    init(in root: String) {
        let text = { (name: String) in
            (try? BoundedFile.read("\(root)/\(name)", limit: Self.sizeLimit)).map {
                String(decoding: $0, as: UTF8.self)
            }
                ?? ""
        }
        self.init(
            attributes: text(".gitattributes"),
            nested: [SpecReader.directory: text("\(SpecReader.directory)/.gitattributes")], modules: text(".gitmodules")
        )
    }

    /// The end of a sentence about the path; nil if nothing is known.
    func reason(for path: String) -> String? {
        if submodules.contains(path) {
            return "is a Git submodule, which is not part of the archive. Move its files into the repository"
        }
        if let pattern = ignored.first(where: { Self.matches($0.path, path) }) {
            return "is omitted because of \(pattern.place). Remove that line"
        }
        return nil
    }

    /// The patterns that may hide some of the files in a directory.
    func patterns(within directory: String) -> [Pattern] {
        ignored.filter { pattern in
            let plain = pattern.path.trimmingPrefix("/")
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
