package import Foundation

/// The folder `shared` beside the package, with other people's descriptions of the imitated servers. It may be absent.
package enum SharedFolder {
    /// The folder, or nil where it is absent.
    package static let url: URL? = {
        let package = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let folder = package.deletingLastPathComponent().appending(path: "shared", directoryHint: .isDirectory)
        return FileManager.default.fileExists(atPath: folder.path(percentEncoded: false)) ? folder : nil
    }()

    package static var exists: Bool { url != nil }

    /// The paths of the files below one of its folders.
    package static func files(in folder: String, suffix: String = ".json") -> [String] {
        guard let root = url?.appending(path: folder).path(percentEncoded: false) else { return [] }
        let paths = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(suffix) }.sorted().map { "\(folder)/\($0)" }
    }

    package static func bytes(of path: String) throws -> [UInt8] {
        guard let url else { throw CocoaError(.fileNoSuchFile) }
        return Array(try Data(contentsOf: url.appending(path: path)))
    }

    /// GitHub's description of its REST API; nil where the folder is absent.
    package static func gitHubContract() throws -> OpenAPIContract? { try contract?.get() }

    /// Marathon's schemas of apps and groups; nil where the folder is absent.
    package static func marathonSchema() throws -> MarathonSchema? { try marathon?.get() }

    // Read once: with many tests at a time, parsing a description for each would be most of their work.
    private static let contract: Result<OpenAPIContract, any Error>? =
        exists
        ? Result { OpenAPIContract(document: try JSON(parsing: bytes(of: "github-openapi/github-rest-subset.json"))) }
        : nil

    private static let marathon: Result<MarathonSchema, any Error>? =
        exists ? Result { MarathonSchema(schemas: try schemas(in: "marathon/schema")) } : nil

    /// The JSON schemas below one of its folders.
    package static func schemas(in folder: String) throws -> JSONSchemaSet {
        let documents = try files(in: folder).map { ($0, try JSON(parsing: bytes(of: $0))) }
        return JSONSchemaSet(Dictionary(documents) { first, _ in first })
    }
}
