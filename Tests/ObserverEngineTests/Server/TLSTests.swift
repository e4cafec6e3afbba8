import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOSSL
import Simulators
import Synchronization
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

    /// The status of `GET /healthz`, from a new client that trusts only this certificate.
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

    @Test("the webhook has an https URL, and clients that trust the certificate get a response")
    func served() async throws {
        try await withTLS { world, certificate, _ in
            let port = try await world.engine.listening.get()
            let hook = try await world.gitHub.wait(for: "the hook") { $0.hooks.first }
            #expect(hook.url == "https://127.0.0.1:\(port)/dploy")
            #expect(try await health(of: world, trusting: certificate) == 200)
            #expect(world.log.contains(" with a certificate valid until 2"))
        }
    }

    @Test("a plain HTTP client gets no response and does not block other clients")
    func plain() async throws {
        try await withTLS { world, certificate, _ in
            let url = try await world.url() + "/healthz"
            await #expect(throws: (any Error).self) {
                try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(5))
            }
            #expect(try await health(of: world, trusting: certificate) == 200)
        }
    }

    @Test("a renewed certificate is used from the next connection on, without a restart")
    func renewed() async throws {
        try await withTLS { world, first, directory in
            #expect(try await health(of: world, trusting: first) == 200)
            let second = try await TestCertificate("second", in: directory)
            await #expect(throws: (any Error).self) { try await health(of: world, trusting: second) }
            try second.replace(first)
            #expect(try await health(of: world, trusting: second) == 200)
            #expect(world.log.contains("Reloaded TLS certificate \(first.files.certificate) (valid until 2"))
        }
    }

    @Test("invalid files are reported once, keep the current certificate, and are reloaded when they are fixed")
    func broken() async throws {
        try await withTLS { world, first, directory in
            let second = try await TestCertificate("second", in: directory)
            let trusted = try await TestCertificate("trusted", in: directory)
            try first.replace(trusted)
            // Half renewed: the key is still the previous one.
            try Data(contentsOf: URL(filePath: second.files.certificate))
                .write(to: URL(filePath: first.files.certificate), options: .atomic)
            for _ in 0..<2 { #expect(try await health(of: world, trusting: trusted) == 200) }
            let complaint = "The key in \(first.files.key) does not match the certificate in "
            #expect(world.log.all.filter { $0.contains(complaint) }.count == 1)
            try second.replace(first)
            #expect(try await health(of: world, trusting: second) == 200)
        }
    }

    @Test("temporarily unreadable files are reported once and reloaded as soon as they are readable")
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
        let before = await certificate.current()
        try second.replace(first)
        for file in [first.files.certificate, first.files.key] {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        }
        for _ in 0..<2 { #expect(asUnprivilegedUser { certificate.reloaded() } === before) }
        #expect(log.all.filter { $0.contains("Can't read ") }.count == 1)
        #expect(await certificate.current() !== before)
        #expect(log.contains("Reloaded TLS certificate"))
    }

    @Test("a certificate whose renewal is overdue is reported once a day, and that it has expired")
    func expiry() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let files = try await TestCertificate("old", in: directory).files
        let log = Lines()
        let logger = Logger(label: "test") { _ in
            LogrusHandler(level: .info, format: .text, redactor: Redactor(secrets: [])) { log.append($0) }
        }
        // It is valid for 30 days.
        let days = Mutex(0.0)
        let certificate = try ServerCertificate(files, logger: logger) {
            Date(timeIntervalSinceNow: days.withLock { $0 } * 86_400)
        }
        func warnings(on day: Double) -> Int {
            days.withLock { $0 = day }
            for _ in 0..<2 { _ = certificate.reloaded() }
            return log.all.count
        }
        #expect(warnings(on: 23) == 0)
        #expect(warnings(on: 25) == 1)
        #expect(log.all.last?.contains("old.pem expires on ") == true)
        #expect(warnings(on: 25.5) == 1)
        #expect(warnings(on: 31) == 2)
        #expect(log.all.last?.contains("GitHub can't deliver. Renew it; it is reloaded without a restart.") == true)
    }

    @Test("closing a connection does not wait for a client that does not close it")
    func unanswered() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let certificate = try ServerCertificate(try await TestCertificate("mine", in: directory).files, logger: .silent)
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        let context = try NIOSSLContext(configuration: configuration)
        let client = EmbeddedChannel(handler: try NIOSSLClientHandler(context: context, serverHostname: nil))
        let server = EmbeddedChannel(handler: NIOSSLServerHandler(context: await certificate.current()))
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

    @Test("the HTTP client explains TLS errors")
    func failures() async throws {
        try await withTLS { world, _, _ in
            let port = try await world.engine.listening.get()
            let plain = world.mesosDNS.server.port
            try await withEngineHTTP { http in
                for (url, reason) in [
                    ("https://127.0.0.1:\(port)", "certificate signed by unknown authority"),
                    ("https://127.0.0.1:\(plain)", "connection closed during TLS handshake"),
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

    @Test("the doctor shows when the certificate expires and asks for its renewal")
    func examined() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let files = try await TestCertificate("mine", in: directory).files
        let verdicts = [0, 20, 40].map { Finding.certificate(files, now: Date() + Double($0) * 86400).verdict }
        #expect(verdicts == [.ok, .warning, .failure])
        let missing = Finding.certificate(TLSFiles(certificate: directory + "/none", key: files.key), now: Date())
        #expect(missing.verdict == .failure)
        #expect(missing.text.contains("Can't read \(directory)/none"))
    }

    @Test("invalid files are reported at the start, each with its error")
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
                "Can't read \(directory)/none: No such file or directory."
            ),
            (TLSFiles(certificate: directory, key: key), "Can't read \(directory): Is a directory."),
            (TLSFiles(certificate: key, key: key), "\(key) does not contain a PEM certificate."),
            (
                TLSFiles(certificate: certificate, key: certificate),
                "\(certificate) does not contain an unencrypted PEM private key."
            ),
            (
                TLSFiles(certificate: certificate, key: other.files.key),
                "The key in \(other.files.key) does not match the certificate in \(certificate)."
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
