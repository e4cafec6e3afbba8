import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The body of a request: a JSON object without unknown members. A misspelled member is an error, because the request would
/// do something else without it.
struct JSONObjectBody {
    /// In bytes.
    static let sizeLimit = 64 * 1024

    let data: Data
    let members: [String: JSONValue]

    /// - Throws: `ControlError` for another content type than JSON.
    static func checkType(of request: Request) throws {
        if let type = request.headers[.contentType], MediaType(from: type)?.isType(.applicationJson) != true {
            throw ControlError.unsupportedType("The content type must be application/json.")
        }
    }

    /// - Throws: `ControlError`
    static func read(_ body: RequestBody) async throws -> Data {
        do {
            return Data(try await body.collect(upTo: sizeLimit).readableBytesView)
        } catch let error as any HTTPResponseError where error.status == .contentTooLarge {
            throw ControlError.tooLarge("The body is larger than \(sizeLimit / 1024) KiB.")
        }
    }

    /// - Throws: `ControlError`
    init(_ data: Data) throws {
        if let complaint = JSONSyntax.complaint(about: data) {
            throw ControlError.malformed("The body \(complaint).")
        }
        guard let value = try? JSONFormat.decoder.decode(JSONValue.self, from: data) else {
            throw ControlError.malformed("The body \(JSONSyntax.otherComplaint).")
        }
        guard let members = value.object else {
            throw ControlError.malformed("The body must be an object, not \(value.kind).")
        }
        self.data = data
        self.members = members
    }

    /// - Throws: `ControlError`
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            return try JSONFormat.decoder.decode(type, from: data)
        } catch {
            throw ControlError.malformed("\(sentence(for: error)); see docs/api.yaml.")
        }
    }

    /// - Parameter owner: The name of the object in messages.
    /// - Throws: `ControlError` for a member that is not known, or is null.
    static func check(_ members: [String: JSONValue], of owner: String, known: Set<String>) throws {
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if !known.contains(name) {
                throw ControlError.malformed("\(owner) has no member '\(name.printable.beginning(ofBytes: 64))'.")
            }
            if value == .null { throw ControlError.malformed("\(owner).\(name) is null; omit it instead.") }
        }
    }

    private func sentence(for error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            "\(Self.path(context.codingPath + [key])) is missing"
        case DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty:
            // The decoder doesn't say which number is not a whole one of 64 bits.
            "\(Self.fraction(in: members) ?? "A number") is not of the right type"
        case DecodingError.typeMismatch(_, let context), DecodingError.dataCorrupted(let context),
            DecodingError.valueNotFound(_, let context):
            "\(Self.path(context.codingPath)) is not of the right type"
        default: "The body does not match its schema"
        }
    }

    /// The path of a number that is not a whole one of 64 bits.
    private static func fraction(in members: [String: JSONValue]) -> String? {
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if case .number = value { return name }
            if let inner = value.object.flatMap({ fraction(in: $0) }) { return "\(name).\(inner)" }
        }
        return nil
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map(\.stringValue).joined(separator: ".")
    }
}
