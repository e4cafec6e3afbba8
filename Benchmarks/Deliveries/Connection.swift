import Foundation
import Glibc

/// A blocking HTTP connection that is kept alive; small enough to measure servers on the same machine.
final class Connection {
    enum Address {
        case port(UInt16)
        case socket(String)
    }

    struct Failed: Error {}

    let descriptor: CInt
    private var received: [UInt8] = []
    private var piece = [UInt8](repeating: 0, count: 64 * 1024)

    init(_ address: Address) throws {
        switch address {
        case .port(let port):
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            try connect(&address)
            var isOn: CInt = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<CInt>.size))
        case .socket(let path):
            descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            try connect(&address)
        }
    }

    deinit { close(descriptor) }

    private func connect<Value>(_ address: inout Value) throws {
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Value>.size))
            }
        }
        guard status == 0 else { throw Failed() }
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
                return Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failed() }
            sent += count
        }
    }

    /// Reads once. Returns the status of the response if it is complete.
    func receive() throws -> Int? {
        let count = recv(descriptor, &piece, piece.count, 0)
        guard count > 0 else { throw Failed() }
        received += piece[..<count]
        guard let end = Self.end(of: received), received.count >= end else { return nil }
        defer { received.removeAll(keepingCapacity: true) }
        return Int(String(decoding: received[9..<12], as: UTF8.self))
    }

    /// Reads what has arrived; for a stream.
    func read() -> ArraySlice<UInt8>? {
        let count = recv(descriptor, &piece, piece.count, 0)
        return count > 0 ? piece[..<count] : nil
    }

    func get(_ path: String) throws -> Int {
        try send(Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        while true { if let status = try receive() { return status } }
    }

    /// The length of the response, once its head is complete.
    private static func end(of bytes: [UInt8]) -> Int? {
        let head = bytes.withUnsafeBytes { buffer -> Int? in
            var index = 3
            while index < buffer.count {
                if buffer[index] == 10, buffer[index - 1] == 13, buffer[index - 2] == 10 { return index + 1 }
                index += 1
            }
            return nil
        }
        guard let head else { return nil }
        let length = String(decoding: bytes[..<head], as: UTF8.self).lowercased().split(separator: "\r\n")
            .first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces)) }
        return head + (length ?? 0)
    }
}
