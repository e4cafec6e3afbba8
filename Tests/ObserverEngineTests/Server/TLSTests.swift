import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOSSL
import Simulators
import Testing

@testable import ObserverEngine

@Suite("TLS on the public port")
struct TLSTests {
    private func withTLS(
        _ body:
            @escaping @Sendable (_ world: World, _ certificate: TestCertificate, _ directory: String) async throws ->
            Void
    ) async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let certificate = try await TestCertificate("first", in: directory)
        var setup = ObserverSetup()
        setup.waitsForHook = false
        setup.flags[.tlsCertificate] = certificate.files.certificate
        setup.flags[.tlsKey] = certificate.files.key
        try await withObserver(setup) { world in
            _ = try await world.engine.listening.get()
            try await body(world, certificate, directory)
        }
    }

    /// The status of `GET /healthz`, asked by a new client that trusts nobody else.
    private func health(of world: World, trusting certificate: TestCertificate) async throws -> UInt {
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = .makeClientConfiguration()
        configuration.tlsConfiguration?.trustRoots = .file(certificate.files.certificate)
        configuration.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let url = "https://127.0.0.1:\(try await world.engine.listening.get())/healthz"
            return try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(10)).status.code
        }
    }

    @Test("GitHub is sent to an address of https, and who trusts the certificate gets an answer there")
    func served() async throws {
        try await withTLS { world, certificate, _ in
            let port = try await world.engine.listening.get()
            let hook = try await world.gitHub.wait(for: "the hook") { $0.hooks.first }
            #expect(hook.url == "https://127.0.0.1:\(port)/dploy")
            #expect(try await health(of: world, trusting: certificate) == 200)
            #expect(world.log.contains(" with a certificate that is valid until 2"))
        }
    }

    @Test("who speaks plain HTTP gets nothing, and keeps nobody else from his answer")
    func plain() async throws {
        try await withTLS { world, certificate, _ in
            let url = try await world.url() + "/healthz"
            await #expect(throws: (any Error).self) {
                try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(5))
            }
            #expect(try await health(of: world, trusting: certificate) == 200)
        }
    }

    @Test("a renewed certificate is shown from the next connection on, without a restart")
    func renewed() async throws {
        try await withTLS { world, first, directory in
            #expect(try await health(of: world, trusting: first) == 200)
            let second = try await TestCertificate("second", in: directory)
            await #expect(throws: (any Error).self) { try await health(of: world, trusting: second) }
            try second.replace(first)
            #expect(try await health(of: world, trusting: second) == 200)
            #expect(world.log.contains("Took up the new certificate of \(first.files.certificate), valid until 2"))
        }
    }

    @Test("files that can't be used change nothing, are told once, and are taken up when they are mended")
    func broken() async throws {
        try await withTLS { world, first, directory in
            let second = try await TestCertificate("second", in: directory)
            let trusted = try await TestCertificate("trusted", in: directory)
            try first.replace(trusted)
            // Renewed by half: the key is still the former one.
            try Data(contentsOf: URL(filePath: second.files.certificate))
                .write(to: URL(filePath: first.files.certificate), options: .atomic)
            for _ in 0..<2 { #expect(try await health(of: world, trusting: trusted) == 200) }
            let complaint = "The key in \(first.files.key) is not the one of the certificate in "
            #expect(world.log.all.filter { $0.contains(complaint) }.count == 1)
            try second.replace(first)
            #expect(try await health(of: world, trusting: second) == 200)
        }
    }

    @Test("files that can't be read for a moment are taken up as soon as they can, and are told once")
    func unreadable() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let first = try await TestCertificate("first", in: directory)
        let second = try await TestCertificate("second", in: directory)
        let log = Lines()
        let certificate = try ServerCertificate(
            first.files,
            logger: Logger(label: "test") { _ in
                LogrusHandler(level: .info, format: .text, redactor: Redactor(secrets: [])) { log.append($0) }
            })
        let before = certificate.current()
        try second.replace(first)
        for file in [first.files.certificate, first.files.key] {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        }
        for _ in 0..<2 { #expect(asNobody { certificate.current() } === before) }
        #expect(log.all.filter { $0.contains("Can't read the file") }.count == 1)
        #expect(certificate.current() !== before)
        #expect(log.contains("Took up the new certificate"))
    }

    @Test("the end of a connection is not waited for where the client does not agree to it")
    func unanswered() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let certificate = try ServerCertificate(try await TestCertificate("mine", in: directory).files, logger: .silent)
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        let context = try NIOSSLContext(configuration: configuration)
        let client = EmbeddedChannel(handler: try NIOSSLClientHandler(context: context, serverHostname: nil))
        let server = EmbeddedChannel(handler: NIOSSLServerHandler(context: certificate.current()))
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: 1)
        for channel in [server, client] { channel.connect(to: address, promise: nil) }
        var isTalking = true
        while isTalking {
            isTalking = false
            for (from, to) in [(client, server), (server, client)] {
                while let bytes = try from.readOutbound(as: ByteBuffer.self) {
                    try to.writeInbound(bytes)
                    isTalking = true
                }
            }
        }
        server.close(promise: nil)
        #expect(server.isActive)
        server.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!server.isActive)
    }

    @Test("a client of ours says why it can't talk to a server over TLS")
    func failures() async throws {
        try await withTLS { world, _, _ in
            let port = try await world.engine.listening.get()
            let plain = world.mesosDNS.server.port
            try await withEngineHTTP { http in
                for (url, reason) in [
                    ("https://127.0.0.1:\(port)", "its certificate is signed by nobody whom this machine trusts"),
                    ("https://127.0.0.1:\(plain)", "it ended the connection before TLS was agreed on"),
                ] {
                    let client = JSONClient(http: http, base: try ServiceURL(url))
                    let error = await #expect(throws: TransportError.self) {
                        try await client.send(JSONRequest(.get, "/status"))
                    }
                    #expect(error?.detail.hasPrefix(reason) == true, "\(error?.detail ?? "")")
                }
            }
        }
    }

    @Test("the doctor says until when it is valid, and that it wants to be renewed")
    func examined() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let files = try await TestCertificate("mine", in: directory).files
        let verdicts = [0, 20, 40].map { Finding.certificate(files, now: Date() + Double($0) * 86400).verdict }
        #expect(verdicts == [.ok, .warning, .failure])
        let missing = Finding.certificate(TLSFiles(certificate: directory + "/none", key: files.key), now: Date())
        #expect(missing.verdict == .failure)
        #expect(missing.text.contains("Can't read the file \(directory)/none"))
    }

    @Test("wrong files are told at the start, each by what is wrong with it")
    func unusable() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (one, other) = (
            try await TestCertificate("one", in: directory), try await TestCertificate("other", in: directory)
        )
        let (certificate, key) = (one.files.certificate, one.files.key)
        let cases: [(TLSFiles, String)] = [
            (
                TLSFiles(certificate: directory + "/none", key: key),
                "Can't read the file \(directory)/none: No such file or directory."
            ),
            (TLSFiles(certificate: directory, key: key), "Can't read the file \(directory): Is a directory."),
            (TLSFiles(certificate: key, key: key), "The file \(key) has no certificate; it must be one of PEM."),
            (
                TLSFiles(certificate: certificate, key: certificate),
                "The file \(certificate) has no private key; it must be one of PEM, without a passphrase."
            ),
            (
                TLSFiles(certificate: certificate, key: other.files.key),
                "The key in \(other.files.key) is not the one of the certificate in \(certificate)."
            ),
        ]
        for (files, sentence) in cases {
            let error = #expect(throws: ServerCertificate.Unusable.self) {
                try ServerCertificate(files, logger: .silent)
            }
            #expect(error?.description.hasPrefix(sentence) == true, "\(error?.description ?? "")")
        }
    }
}
