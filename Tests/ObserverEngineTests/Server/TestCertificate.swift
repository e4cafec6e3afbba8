import Foundation
import ObserverEngine
import Subprocess

/// A self-signed certificate for 127.0.0.1 and ghe.test.
struct TestCertificate: Sendable {
    let files: TLSFiles

    /// - Parameter name: The common name and the base name of the files.
    init(_ name: String, in directory: String) async throws {
        files = TLSFiles(certificate: "\(directory)/\(name).pem", key: "\(directory)/\(name).key")
        struct Failed: Error { let message: String? }
        let result = try await Subprocess.run(
            .name("openssl"),
            arguments: [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                "-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1,DNS:ghe.test", "-keyout", files.key,
                "-out",
                files.certificate,
            ],
            output: .discarded, error: .string(limit: 64 * 1024))
        guard result.terminationStatus.isSuccess else { throw Failed(message: result.standardError) }
    }

    /// Replaces the files of another certificate, as a renewal does.
    func replace(_ other: TestCertificate) throws {
        for (new, old) in [(files.certificate, other.files.certificate), (files.key, other.files.key)] {
            try Data(contentsOf: URL(filePath: new)).write(to: URL(filePath: old), options: .atomic)
        }
    }
}
