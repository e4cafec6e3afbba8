import Foundation
import NIOCore
import ObserverEngine

extension FuzzTarget {
    /// A form is read or refused; what a browser would make of the input is read as the input.
    static let form = FuzzTarget(name: "form") { input in
        _ = try? DeliveryBody.form.payload(of: ByteBuffer(bytes: input))

        let encoded = input.map { $0 == UInt8(ascii: " ") ? "+" : "%" + $0.hexadecimal }.joined()
        let payload = try? DeliveryBody.form.payload(of: ByteBuffer(string: "a=1&payload=\(encoded)&b"))
        precondition(payload == Data(input), "what was encoded is not what is decoded")
    }
}
