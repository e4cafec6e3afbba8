package import Foundation
package import Logging
import NIOCore
import NIOSSL
import Synchronization
import SystemPackage

/// The server's TLS certificate. It is reloaded when its files change.
package final class ServerCertificate: Sendable {
    /// The files do not contain a certificate and its key.
    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
        /// If not, the same files may be readable the next time.
        fileprivate var wereRead = true
    }

    /// Of one file, in bytes; far more than any certificate chain needs.
    private static let sizeLimit = 1024 * 1024

    /// How long a closed connection waits for the client's close_notify; it counts as a connection meanwhile.
    private static let shutdownTimeout = TimeAmount.milliseconds(200)

    private struct State {
        var context: NIOSSLContext
        var validity: DateInterval
        var stamps: [FileStamp?]
        /// The error that was logged last.
        var reportedError: String?
        /// When its end was logged last.
        var warnedAt: Date?
    }

    private static let day: TimeInterval = 86_400

    private let files: TLSFiles
    private let state: Mutex<State>
    private let logger: Logger
    private let now: @Sendable () -> Date

    package init(
        _ files: TLSFiles, logger: Logger, now: @escaping @Sendable () -> Date = { Date() }
    ) throws(Unusable) {
        self.files = files
        self.logger = logger
        self.now = now
        state = Mutex(try Self.read(files))
        state.withLock { warn(&$0) }
    }

    var validUntil: Date { state.withLock(\.validity.end) }

    /// For log lines and findings.
    var summary: String { "a certificate valid until \(validUntil.day)" }

    /// The TLS context for a new connection. While the changed files are unusable, for example between the renewal of the
    /// certificate and that of the key, the previous pair stays in use.
    func current() async -> NIOSSLContext {
        // Reading never fails: the current pair stays in use.
        let renewed = try? await BlockingWork.run { self.reloaded() }
        return renewed ?? state.withLock(\.context)
    }

    /// Blocks the thread while it reads the files.
    func reloaded() -> NIOSSLContext {
        let stamps = Self.stamps(of: files)
        if stamps != state.withLock(\.stamps) { reload(stamps) }
        return state.withLock { state in
            warn(&state)
            return state.context
        }
    }

    /// Reads the files while other connections use the current pair.
    private func reload(_ stamps: [FileStamp?]) {
        do throws(Unusable) {
            let renewed = try Self.read(files)
            state.withLock { state in
                // Another connection may have read the same files.
                guard renewed.stamps != state.stamps else { return }
                state = renewed
                logger.info("Reloaded TLS certificate \(files.certificate) (valid until \(state.validity.end.day))")
            }
        } catch {
            state.withLock { state in
                if error.wereRead { state.stamps = stamps }
                if error.description != state.reportedError {
                    logger.error("\(error) Keeping the current certificate.")
                }
                state.reportedError = error.description
            }
        }
    }

    /// Logs once a day that the certificate has expired, or that its renewal is overdue.
    private func warn(_ state: inout State) {
        let now = now()
        let rest = state.validity.end.timeIntervalSince(now)
        guard rest < min(7 * Self.day, state.validity.duration / 5),
            state.warnedAt.map({ now.timeIntervalSince($0) >= Self.day }) ?? true
        else { return }
        state.warnedAt = now
        let fate =
            rest > 0
            ? "expires on \(state.validity.end.day)." : "expired on \(state.validity.end.day): GitHub can't deliver."
        logger.warning("TLS certificate \(files.certificate) \(fate) Renew it; it is reloaded without a restart.")
    }

    private static func stamps(of files: TLSFiles) -> [FileStamp?] {
        [FileStamp(path: files.certificate), FileStamp(path: files.key)]
    }

    private static func read(_ files: TLSFiles) throws(Unusable) -> State {
        // Before reading, so that a later change is detected the next time.
        let stamps = stamps(of: files)
        let certificates = try certificates(in: files.certificate)
        guard let own = certificates.first else {
            throw Unusable(description: "\(files.certificate) does not contain a PEM certificate.")
        }
        let key = try key(in: files.key)
        do {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.shutdownTimeout = shutdownTimeout
            return State(
                context: try NIOSSLContext(configuration: configuration),
                validity: validity(of: own), stamps: stamps)
        } catch {
            throw Unusable(
                description: "The key in \(files.key) does not match the certificate in \(files.certificate).")
        }
    }

    private static func validity(of certificate: NIOSSLCertificate) -> DateInterval {
        let start = Date(timeIntervalSince1970: TimeInterval(certificate.notValidBefore))
        return DateInterval(
            start: start, end: max(start, Date(timeIntervalSince1970: TimeInterval(certificate.notValidAfter))))
    }

    private static func certificates(in path: String) throws(Unusable) -> [NIOSSLCertificate] {
        let bytes = try content(of: path)
        do { return try NIOSSLCertificate.fromPEMBytes(bytes) } catch {
            throw Unusable(description: "\(path) does not contain a PEM certificate.")
        }
    }

    private static func key(in path: String) throws(Unusable) -> NIOSSLPrivateKey {
        let bytes = try content(of: path)
        do { return try NIOSSLPrivateKey(bytes: bytes, format: .pem) } catch {
            throw Unusable(
                description: "\(path) does not contain an unencrypted PEM private key.")
        }
    }

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
                return Array(content.withoutByteOrderMark)
            }
        } catch {
            throw Unusable(description: "Can't read \(path): \(error).", wereRead: false)
        }
    }
}

extension Date {
    fileprivate var day: String { formatted(.iso8601.year().month().day()) }
}
