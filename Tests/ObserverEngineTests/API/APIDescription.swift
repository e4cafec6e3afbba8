import Foundation
import Simulators
import Yams

/// `docs/api.yaml`, against which routes and responses are checked.
struct APIDescription {
    struct Operation: Hashable, CustomStringConvertible {
        let method: String
        let path: String
        let id: String

        var description: String { "\(method) \(path)" }
    }

    private let document: JSON

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let text = try String(contentsOf: root.appending(path: "docs/api.yaml").standardizedFileURL, encoding: .utf8)
        document = JSON(yaml: try Yams.load(yaml: text))
    }

    var operations: [Operation] {
        (document["paths"]?.object ?? [:]).flatMap { path, methods in
            (methods.object ?? [:]).map { method, operation in
                Operation(method: method.uppercased(), path: path, id: operation["operationId"]?.string ?? "")
            }
        }
        .sorted { $0.description < $1.description }
    }

    /// The members of an object whose members are objects, each with the names of its own members.
    func members(of schema: String) -> [String: Set<String>] {
        let schemas = document["components"]?["schemas"]
        return (schemas?[schema]?["properties"]?.object ?? [:]).mapValues { member in
            Set((member["properties"]?.object ?? [:]).map(\.key))
        }
    }

    /// The differences between a response and its description: an undocumented status, or an unexpected body.
    func problems(of response: ServerResponse, to operation: Operation) -> [String] {
        guard let described = described(response.status, of: operation) else {
            return ["\(operation): the status \(response.status) is not described"]
        }
        guard let (type, media) = described["content"]?.object?.first else { return [] }
        let contentType = response.headers["content-type"] ?? ""
        guard contentType.hasPrefix(type) else {
            return ["\(operation): the content type is \(contentType) instead of \(type)"]
        }
        guard type == "application/json", let schema = media["schema"] else { return [] }
        return problems(of: response.text, by: schema).map { "\(operation): \(response.status)\($0)" }
    }

    func problems(of body: String, by schema: JSON) -> [String] {
        guard let value = try? JSON(parsing: Array(body.utf8)) else { return [": not JSON: \(body)"] }
        // References in the schema point into the document, so it becomes the root of the document.
        return JSONSchemaSet(["api": document.merging(schema)]).problems(of: value, by: "api")
    }

    private func described(_ status: Int, of operation: Operation) -> JSON? {
        let described = document["paths"]?[operation.path]?[operation.method.lowercased()]?["responses"]?["\(status)"]
        guard let name = described?["$ref"]?.string?.split(separator: "/").last else { return described }
        return document["components"]?["responses"]?[String(name)]
    }
}

extension JSON {
    fileprivate init(yaml: Any?) {
        switch yaml {
        case let value as String: self = .string(value)
        case let value as Bool: self = .bool(value)
        case let value as Int: self = .integer(value)
        case let value as Double: self = .number(value)
        case let value as [Any]: self = .array(value.map { JSON(yaml: $0) })
        case let value as [AnyHashable: Any]:
            self = .object(
                Dictionary(value.map { ("\($0.key)", JSON(yaml: $0.value)) }) { $1 })
        default: self = .null
        }
    }
}
