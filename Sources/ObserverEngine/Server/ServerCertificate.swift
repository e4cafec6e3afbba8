import Foundation
package import Logging
import NIOCore
import NIOSSL
import Synchronization
import SystemPackage

/// The certificate with which we show ourselves over TLS. It is read again where its files have changed, as they do each
/// time it is renewed.
package final class ServerCertificate: Sendable {
    /// The files hold no certificate with its key.
    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
        /// Whether the files could be read at all; where they could not, the same files may be readable the next time.
        fileprivate var wereRead = true
    }

    /// Of one file, in bytes: no chain of certificates comes near to it.
    private static let sizeLimit = 1024 * 1024

    /// For how long a connection that is closed waits for the client to agree: it counts as a connection all the while.
    private static let shutdownTimeout = TimeAmount.milliseconds(200)

    private struct State {
        var context: NIOSSLContext
        var validUntil: Date
        var versions: [FileVersion?]
        /// Why the files can't be used, as it was told.
        var complaint: String?
    }

    private let files: TLSFiles
    private let state: Mutex<State>
    private let logger: Logger

    package init(_ files: TLSFiles, logger: Logger) throws(Unusable) {
        self.files = files
        self.logger = logger
        state = Mutex(try Self.read(files))
    }

    var validUntil: Date { state.withLock(\.validUntil) }

    /// For people.
    var summary: String { "a certificate that is valid until \(validUntil.day)" }

    /// What a new connection is secured with. While changed files can't be used, as between the renewal of the one and
    /// the other, it is what they held before.
    func current() -> NIOSSLContext {
        state.withLock { state in
            let versions = Self.versions(of: files)
            guard versions != state.versions else { return state.context }
            do throws(Unusable) {
                state = try Self.read(files)
                logger.info("Took up the new certificate of \(files.certificate), valid until \(state.validUntil.day)")
            } catch {
                if error.wereRead { state.versions = versions }
                if error.description != state.complaint {
                    logger.error("\(error) The certificate from before stays in use.")
                }
                state.complaint = error.description
            }
            return state.context
        }
    }

    private static func versions(of files: TLSFiles) -> [FileVersion?] {
        [FileVersion(of: files.certificate), FileVersion(of: files.key)]
    }

    private static func read(_ files: TLSFiles) throws(Unusable) -> State {
        // Taken before the files are read: a change in between is then seen the next time.
        let versions = versions(of: files)
        let certificates = try certificates(in: files.certificate)
        guard let own = certificates.first else {
            throw Unusable(description: "The file \(files.certificate) has no certificate; it must be one of PEM.")
        }
        let key = try key(in: files.key)
        do {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.shutdownTimeout = shutdownTimeout
            return State(
                context: try NIOSSLContext(configuration: configuration),
                validUntil: Date(timeIntervalSince1970: TimeInterval(own.notValidAfter)), versions: versions)
        } catch {
            throw Unusable(
                description: "The key in \(files.key) is not the one of the certificate in \(files.certificate).")
        }
    }

    private static func certificates(in path: String) throws(Unusable) -> [NIOSSLCertificate] {
        let bytes = try content(of: path)
        do { return try NIOSSLCertificate.fromPEMBytes(bytes) } catch {
            throw Unusable(description: "The file \(path) has no certificate; it must be one of PEM.")
        }
    }

    private static func key(in path: String) throws(Unusable) -> NIOSSLPrivateKey {
        let bytes = try content(of: path)
        do { return try NIOSSLPrivateKey(bytes: bytes, format: .pem) } catch {
            throw Unusable(
                description: "The file \(path) has no private key; it must be one of PEM, without a passphrase.")
        }
    }

    /// - Throws: With the system's own words.
    private static func content(of path: String) throws(Unusable) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                var content: [UInt8] = []
                let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 1)
                defer { piece.deallocate() }
                while case let count = try file.read(into: piece), count > 0, content.count < sizeLimit {
                    content += piece.prefix(count)
                }
                return content
            }
        } catch {
            throw Unusable(description: "Can't read the file \(path): \(error).", wereRead: false)
        }
    }
}

extension Date {
    fileprivate var day: String { formatted(.iso8601.year().month().day()) }
}
