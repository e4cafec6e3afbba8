import Foundation
import HTTPTypes
package import Hummingbird
import NIOCore

extension Response {
    /// - Throws: `EncodingError`
    package static func json(_ value: some Encodable, status: Int = 200) throws -> Response {
        json(text: String(decoding: try JSONFormat.encoder.encode(value), as: UTF8.self), status: status)
    }

    package static func json(text: String, status: Int) -> Response {
        Response(
            status: .init(code: status), headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: text + "\n")))
    }

    package static func text(_ text: String, contentType: String) -> Response {
        Response(status: .ok, headers: [.contentType: contentType], body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

/// The JSON body of an error response.
package struct ErrorBody: Encodable {
    package let error: String

    package init(error: String) {
        self.error = error
    }
}
