import Foundation
import NIOSSL

/// The certificate authorities whose certificates are accepted from services.
package struct TrustedAuthorities: Sendable {
    package struct Unusable: Error, Equatable, CustomStringConvertible {
        /// The variable or flag.
        package let source: String
        package let sentence: String

        package var description: String { "\(source): \(sentence)" }
    }

    package static let system = TrustedAuthorities()

    /// Of one file, in bytes; a bundle of all public authorities has about 250 KB.
    private static let sizeLimit = 8 * 1024 * 1024

    /// Replace those of the system; nil keeps these.
    private var replacing: [NIOSSLCertificate]?
    private var additional: [NIOSSLCertificate] = []
    /// Where they come from, for people; nil for the system's.
    package private(set) var summary: String?

    private init() {}

    /// - Parameters:
    ///   - file: `-ca-file`, trusted in addition; with its source.
    ///   - environment: `SSL_CERT_FILE` and `SSL_CERT_DIR` replace the authorities of the system.
    package init(
        file: (path: String, source: String)?, environment: [String: String]
    ) throws(Unusable) {
        let value = { (name: String) in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        var replacing: Set<NIOSSLCertificate> = []
        var sources: [String] = []
        if let path = value("SSL_CERT_FILE") {
            replacing.formUnion(try Self.certificates(in: path, source: "SSL_CERT_FILE"))
            sources.append(path)
        }
        if let directories = value("SSL_CERT_DIR") {
            replacing.formUnion(try Self.certificates(inDirectories: directories))
            sources.append(directories)
        }
        self.replacing = sources.isEmpty ? nil : Array(replacing)
        var places = sources.isEmpty ? ["of the system"] : sources.map { "in \($0)" }
        if let file {
            additional = try Self.certificates(in: file.path, source: file.source)
            places.append("in \(file.path)")
        }
        if file != nil || !sources.isEmpty {
            summary = "trusts the authorities \(places.joined(separator: " and "))"
        }
    }

    var configuration: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let replacing { configuration.trustRoots = .certificates(replacing) }
        if !additional.isEmpty { configuration.additionalTrustRoots = [.certificates(additional)] }
        return configuration
    }

    private static func certificates(in path: String, source: String) throws(Unusable) -> [NIOSSLCertificate] {
        let bytes: [UInt8]
        do throws(BoundedFile.Problem) {
            bytes = try BoundedFile.read(path, limit: sizeLimit)
        } catch {
            throw Unusable(source: source, sentence: "can't read \(path.printable): \(error.reason).")
        }
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
            throw Unusable(source: source, sentence: "\(path.printable) does not contain a PEM certificate.")
        }
        return certificates
    }

    /// - Parameter list: Separated by colons, as OpenSSL reads it.
    private static func certificates(inDirectories list: String) throws(Unusable) -> [NIOSSLCertificate] {
        let directories = list.split(separator: ":").map(String.init)
        let files = directories.flatMap { directory in
            ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).map { "\(directory)/\($0)" }
        }
        // Such a directory also contains other files, such as revocation lists.
        let certificates = files.flatMap { path in
            (try? BoundedFile.read(path, limit: sizeLimit)).flatMap { try? NIOSSLCertificate.fromPEMBytes($0) } ?? []
        }
        guard !certificates.isEmpty else {
            throw Unusable(
                source: "SSL_CERT_DIR", sentence: "\(list.printable) contains no file with a PEM certificate.")
        }
        return certificates
    }
}
