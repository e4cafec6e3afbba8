package import Foundation
import Yams

/// The app descriptor `dploy.app` of a repository.
package struct AppDescriptor: Equatable, Sendable {
    /// The file is not an app descriptor.
    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    package static let fileName = "dploy.app"
    /// A descriptor has five short lines; a larger file is a mistake or an attack on the parser.
    static let sizeLimit = 64 * 1024

    package var marathonURL: String?
    package var appName: String?
    package var repositoryURL: String?
    package var publicNode: String?
    package var triggerBranch: String?

    package init() {}

    /// Parses the YAML and ignores unknown keys.
    /// - Throws: `Malformed`, with the line of the error.
    package init(yaml: Data) throws {
        guard yaml.count <= Self.sizeLimit else {
            throw Malformed(description: "is too large for an app descriptor (limit \(Self.sizeLimit / 1024) KiB).")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: String(decoding: yaml, as: UTF8.self))
        } catch let error as YamlError {
            throw Malformed(description: "is not valid YAML: \(error.sentence)")
        }
        guard let root, root.null == nil else { return }
        guard case .mapping(let mapping) = root else {
            throw Malformed(description: "is not a YAML mapping like 'app_name: NAME'.")
        }
        let text = { (key: String) throws -> String? in
            guard let node = mapping[key], node.null == nil else { return nil }
            guard case .scalar(let scalar) = node else {
                throw Malformed(description: "\(key): expected a string, found a list or a mapping.")
            }
            let trimmed = scalar.string.trimmingCharacters(in: .whitespacesAndNewlines)
            return trimmed.isEmpty ? nil : trimmed
        }
        marathonURL = try text("marathon_url")
        appName = try text("app_name")
        repositoryURL = try text("repo_url")
        publicNode = try text("public_node")
        triggerBranch = try text("trigger_branch")
    }
}

extension YamlError {
    var sentence: String {
        switch self {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "line \(mark.line), column \(mark.column): \(problem)."
        case .reader(let problem, .some(let offset), _, let yaml):
            "\(Self.place(after: yaml.prefix(offset))): \(problem)."
        case .reader(let problem, nil, _, _):
            "\(problem)."
        case .duplicatedKeysInMapping(let keys, _):
            "\(keys.sorted().map { "duplicate key '\($0.printable)'" }.joined(separator: ", "))."
        default:
            "\("\(self)".firstLine)."
        }
    }

    private static func place(after text: Substring) -> String {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return "line \(lines.count), column \((lines.last?.count ?? 0) + 1)"
    }
}
