import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Certificate authorities")
struct TrustedAuthoritiesTests {
    /// An observer with TLS and an admin token, in whose directory its certificate and nothing else is.
    private func withTLS(
        _ body:
            @escaping @Sendable (_ port: Int, _ certificate: TestCertificate, _ directory: String) async throws -> Void
    ) async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let certificate = try await TestCertificate("site", in: directory)
        var setup = ObserverSetup.administered
        setup.waitsForHook = false
        setup.flags[.tlsCertificate] = certificate.files.certificate
        setup.flags[.tlsKey] = certificate.files.key
        try await withObserver(setup) { world in
            try await body(try await world.engine.listening.get(), certificate, directory)
        }
    }

    private func engine(at port: Int, _ network: NetworkSettings) async throws -> EngineState {
        try await withEngineHTTP(network) { http in
            let client = ControlClient(
                http: http, url: ServiceURL(host: "127.0.0.1", port: port, isSecure: true),
                token: Secret(ObserverSetup.adminToken))
            return try await client.engine()
        }
    }

    @Test("of -ca-file, SSL_CERT_FILE and SSL_CERT_DIR are trusted by every client, such as attach")
    func trusted() async throws {
        try await withTLS { port, certificate, directory in
            let file = certificate.files.certificate
            let failure = await #expect(throws: ControlClient.Failure.self) {
                try await engine(at: port, NetworkSettings())
            }
            #expect(
                failure?.description.contains("certificate signed by unknown authority (-ca-file adds one), expired")
                    == true)
            for (flags, environment) in [
                ([Setting.caFile: file], [:]), ([:], ["DPLOY_OBSERVER_CA_FILE": file]), ([:], ["SSL_CERT_FILE": file]),
                ([:], ["SSL_CERT_DIR": "/nowhere:\(directory)"]),
            ] as [([Setting: String], [String: String])] {
                var reader = ConfigurationReader(
                    sources: SettingSources(flags: flags, environment: environment, directory: directory))
                let network = try reader.readNetworkSettings()
                #expect(try await engine(at: port, network).owner == "mhausenblas")
            }
        }
    }

    @Test("a redirect from http to https on the same host keeps the method and the credentials")
    func upgrade() async throws {
        try await withTLS { port, certificate, directory in
            try await withSimulators { simulators in
                let plain = simulators.mesosDNS
                for path in ["/v1/engine", "/v1/actions"] {
                    let location = "https://ghe.test\(path)"
                    plain.inject(Fault(nil, path, effect: .status(301, headers: ["Location": location])))
                }
                try await withProxy(ports: [80: plain.server.port, 443: port]) { proxy in
                    let variables = ["HTTP_PROXY": proxy.url, "HTTPS_PROXY": proxy.url]
                    var reader = ConfigurationReader(
                        sources: SettingSources(
                            flags: [.caFile: certificate.files.certificate], environment: variables,
                            directory: directory))
                    try await withEngineHTTP(try reader.readNetworkSettings()) { http in
                        let client = ControlClient(
                            http: http, url: try ServiceURL("http://ghe.test"), token: Secret(ObserverSetup.adminToken))
                        #expect(try await client.engine().isPaused == false)
                        _ = try await client.perform(.pause())
                        #expect(try await client.engine().isPaused)
                    }
                }
            }
        }
    }

    @Test(
        "that can't be read are reported with the setting",
        arguments: [
            ("DPLOY_OBSERVER_CA_FILE", "/nowhere.pem", "can't read /nowhere.pem: it does not exist."),
            ("SSL_CERT_FILE", "/etc", "can't read /etc: it is a directory."),
            ("SSL_CERT_FILE", "/etc/passwd", "/etc/passwd does not contain a PEM certificate."),
            ("SSL_CERT_DIR", "/nowhere", "/nowhere contains no file with a PEM certificate."),
        ])
    func unusable(variable: String, path: String, sentence: String) throws {
        var given = GivenSettings.sufficient
        given.environment[variable] = path
        #expect(try given.problems() == [.init(source: variable, sentence: sentence)])
    }
}
