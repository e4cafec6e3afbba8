import Foundation
import Glibc
import Synchronization

/// Serves archives of commits at once, as GitHub's codeload does. Each one has another spec, so that each is deployed.
final class ArchiveServer: Sendable {
    let url: String

    private let listener: CInt
    /// By commit.
    private let archives: [String: [UInt8]]

    init(commits: [String]) throws {
        archives = Dictionary(
            uniqueKeysWithValues: try commits.enumerated().map { ($1, try Self.archive(edition: $0)) })
        let port = try Program.freePort()
        url = "http://127.0.0.1:\(port)"
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) + listen(listener, 64)
            }
        }
        guard status == 0 else { throw POSIXError(.EADDRINUSE) }
        Thread { [self] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                Thread { [self] in
                    serve(connection)
                    close(connection)
                }.start()
            }
        }.start()
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve(_ connection: CInt) {
        var received: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 * 1024)
        while case let count = recv(connection, &piece, piece.count, 0), count > 0 {
            received += piece[..<count]
            // The requests have no body.
            guard received.suffix(4).elementsEqual("\r\n\r\n".utf8) else { continue }
            let target = String(decoding: received, as: UTF8.self).split(separator: " ")[1]
            received = []
            let archive = archives[String(target.split(separator: "/").last ?? "")] ?? []
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-gzip\r\nContent-Length: \(archive.count)\r\n\r\n"
            let response = Array(head.utf8) + archive
            guard send(connection, response, response.count, Int32(MSG_NOSIGNAL)) == response.count else { return }
        }
    }

    private static func archive(edition: Int) throws -> [UInt8] {
        let directory = try Program.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let root = directory + "/tree"
        try FileManager.default.createDirectory(atPath: root + "/specs", withIntermediateDirectories: true)
        try Data(#"{"app_name":"benchmark"}"#.utf8).write(to: URL(fileURLWithPath: root + "/dploy.app"))
        let spec = #"{"id":"/web","cmd":"sleep 1000","cpus":0.1,"mem":\#(32 + edition),"instances":1}"#
        try Data(spec.utf8).write(to: URL(fileURLWithPath: root + "/specs/web.json"))
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = ["tar", "-czf", directory + "/archive", "-C", directory, "tree"]
        try tar.run()
        tar.waitUntilExit()
        return Array(try Data(contentsOf: URL(fileURLWithPath: directory + "/archive")))
    }
}
