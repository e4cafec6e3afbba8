package import Foundation

/// The folder `../shared` next to the package, with third-party descriptions of the simulated servers. It may be missing:
/// tests that need it are enabled by ``exists``.
package enum SharedFolder {
    /// The folder, or nil if it is missing.
    package static let url: URL? = {
        let package = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let folder = package.deletingLastPathComponent().appending(path: "shared", directoryHint: .isDirectory)
        return FileManager.default.fileExists(atPath: folder.path(percentEncoded: false)) ? folder : nil
    }()

    package static var exists: Bool { url != nil }

    /// The paths of the files in one of its folders, recursively.
    package static func files(in folder: String, suffix: String = ".json") -> [String] {
        guard let root = url?.appending(path: folder).path(percentEncoded: false) else { return [] }
        let paths = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(suffix) }.sorted().map { "\(folder)/\($0)" }
    }

    package static func bytes(of path: String) throws -> [UInt8] {
        guard let url else { throw CocoaError(.fileNoSuchFile) }
        return Array(try Data(contentsOf: url.appending(path: path)))
    }

    /// GitHub's description of its REST API; nil if the folder is missing.
    package static func gitHubContract() throws -> OpenAPIContract? { try contract?.get() }

    /// Marathon's schemas of apps and groups; nil if the folder is missing.
    package static func marathonSchema() throws -> MarathonSchema? { try marathon?.get() }

    // Parsed once: doing it for every test would dominate the run time.
    private static let contract: Result<OpenAPIContract, any Error>? =
        exists
        ? Result { OpenAPIContract(document: try JSON(parsing: bytes(of: "github-openapi/github-rest-subset.json"))) }
        : nil

    private static let marathon: Result<MarathonSchema, any Error>? =
        exists ? Result { MarathonSchema(schemas: try schemas(in: "marathon/schema")) } : nil

    /// The JSON schemas in one of its folders, recursively.
    package static func schemas(in folder: String) throws -> JSONSchemaSet {
        let documents = try files(in: folder).map { ($0, try JSON(parsing: bytes(of: $0))) }
        return JSONSchemaSet(Dictionary(documents) { first, _ in first })
    }
}

/// Marathon's own schemas of apps and groups.
package struct MarathonSchema: Sendable {
    private let schemas: JSONSchemaSet

    package init(schemas: JSONSchemaSet) {
        self.schemas = schemas
    }

    package func problems(ofApp app: JSON) -> [String] {
        schemas.problems(of: app, by: "marathon/schema/AppDefinition.json")
    }

    package func problems(ofGroup group: JSON) -> [String] {
        schemas.problems(of: group, by: "marathon/schema/Group.json")
    }
}
