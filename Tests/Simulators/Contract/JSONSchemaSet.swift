/// JSON schemas that refer to each other by file name.
package struct JSONSchemaSet: Sendable {
    private var documents: [String: JSON]
    private var byName: [String: JSON]

    /// Documents by their paths.
    package init(_ documents: [String: JSON]) {
        self.documents = documents
        byName = Dictionary(documents.map { (Self.name(of: $0.key), $0.value) }) { first, _ in first }
    }

    /// What is wrong with a value, by the schema at the path; empty where nothing is.
    package func problems(of value: JSON, by path: String) -> [String] {
        guard let document = documents[path] else { return ["there is no schema \(path)"] }
        return JSONSchemaCheck(document: document, named: { byName[$0] }).problems(of: value, by: document)
    }

    static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
