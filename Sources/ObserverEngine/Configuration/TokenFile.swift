import Foundation
import Glibc

/// The file of `-tokens`: one token a line, and comments after `#`.
package enum TokenFile {
    /// In bytes; some hundred tokens.
    private static let sizeLimit = 64 * 1024

    /// The file can't be read or written, or has an invalid line.
    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
    }

    package struct Content: Equatable, Sendable {
        package var tokens: [ControlToken] = []
        /// A sentence for each invalid line, which is skipped.
        package var problems: [String] = []
    }

    /// - Throws: `Unusable` if the file can't be read.
    package static func read(_ path: String) throws(Unusable) -> Content {
        do {
            return content(of: String(decoding: try BoundedFile.read(path, limit: sizeLimit), as: UTF8.self), at: path)
        } catch {
            throw Unusable(description: "Can't read the tokens in \(path): \(error.reason).")
        }
    }

    static func content(of text: String, at path: String) -> Content {
        var content = Content()
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.prefix { $0 != "#" }
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            do throws(ControlToken.Malformed) {
                let token = try ControlToken(line: line)
                guard !content.tokens.contains(where: { $0.name == token.name }) else {
                    throw .init(description: "the name \(token.name) is used twice")
                }
                content.tokens.append(token)
            } catch {
                content.problems.append("\(path):\(index + 1): \(error).")
            }
        }
        return content
    }

    /// Adds a token, and creates the file if it is missing, readable only by its owner.
    /// - Throws: `Unusable`
    package static func add(_ token: ControlToken, to path: String) throws(Unusable) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        // Two commands must not add the same name.
        guard flock(descriptor, LOCK_EX) == 0 else { throw failure(path) }
        let known = try read(path)
        guard known.problems.isEmpty else { throw Unusable(description: known.problems.joined(separator: "\n")) }
        guard !known.tokens.contains(where: { $0.name == token.name }) else {
            throw Unusable(
                description: "\(path) has a token named \(token.name) already. Remove its line to replace it.")
        }
        let start = try endsWithLineBreak(descriptor, path) ? "" : "\n"
        let line = Array("\(start)\(token.line)\n".utf8)
        guard write(descriptor, line, line.count) == line.count else { throw failure(path) }
    }

    private static func endsWithLineBreak(_ descriptor: CInt, _ path: String) throws(Unusable) -> Bool {
        let size = lseek(descriptor, 0, SEEK_END)
        guard size > 0 else { return true }
        var last: UInt8 = 0
        guard pread(descriptor, &last, 1, size - 1) == 1 else { throw failure(path) }
        return last == UInt8(ascii: "\n")
    }

    private static func failure(_ path: String) -> Unusable {
        Unusable(description: "Can't write \(path): \(String(cString: strerror(errno)).lowercased()).")
    }
}
