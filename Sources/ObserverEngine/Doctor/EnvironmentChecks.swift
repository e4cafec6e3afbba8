import Foundation

/// The disk space for the state directory.
struct DiskSpace: Equatable {
    let path: String
    /// In bytes.
    let free: Int64
    let isWritable: Bool
    let isDirectory: Bool

    init(path: String, free: Int64, isWritable: Bool, isDirectory: Bool = true) {
        self.path = path
        self.free = free
        self.isWritable = isWritable
        self.isDirectory = isDirectory
    }

    /// Measures at the nearest existing parent directory.
    init(at location: StateLocation) {
        var path = location.path
        while !FileManager.default.fileExists(atPath: path), path != "/", !path.isEmpty {
            path = (path as NSString).deletingLastPathComponent
        }
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
        var isDirectory = ObjCBool(false)
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        self.init(
            path: path, free: (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0,
            isWritable: FileManager.default.isWritableFile(atPath: path), isDirectory: isDirectory.boolValue)
    }
}

/// Checks of the network, the cluster and the machine.
extension Finding {
    /// Which service responds at the public address.
    enum Responder: Equatable, Sendable {
        /// Not checked, because no observer is running.
        case unchecked
        case thisObserver
        case other
        case unreachable(String)
    }

    /// - Parameter gitHub: The API of the GitHub that is to reach the address.
    static func address(_ url: ServiceURL?, responder: Responder, gitHub: ServiceURL) -> Finding {
        guard let url else {
            return Finding(
                .address, .warning, "No public address is configured.",
                remedy: "Set DPLOY_PUBLIC_NODE or DPLOY_OBSERVER_PUBLIC_URL.")
        }
        switch responder {
        case .unchecked:
            return unreachable(url, from: gitHub) ?? Finding(.address, .ok, "GitHub will deliver to \(url)")
        case .thisObserver:
            return unreachable(url, from: gitHub) ?? Finding(.address, .ok, "the observer responds at \(url)")
        case .other:
            return Finding(
                .address, .failure, "\(url) is answered by another service.",
                remedy: "Set DPLOY_PUBLIC_NODE or DPLOY_OBSERVER_PUBLIC_URL to the address of this observer.")
        case .unreachable(let reason):
            return Finding(
                .address, .warning, "\(url) is not reachable from this machine: \(reason).",
                remedy: "It may be reachable from the internet; run: observer ping")
        }
    }

    static func certificate(_ files: TLSFiles, now: Date) -> Finding {
        do throws(ServerCertificate.Unusable) {
            let certificate = try ServerCertificate(files, logger: .silent)
            let text = "\(files.certificate) is \(certificate.summary)"
            let remedy = "Renew it; the observer reloads the files without a restart."
            switch certificate.validUntil.timeIntervalSince(now) {
            case ..<0:
                return Finding(
                    .certificate, .failure, text + ": GitHub can't deliver while the certificate is expired.",
                    remedy: remedy)
            case ..<(14 * 86400): return Finding(.certificate, .warning, text + ".", remedy: remedy)
            default: return Finding(.certificate, .ok, text)
            }
        } catch {
            return Finding(
                .certificate, .failure, error.description,
                remedy: "Set -tls-cert and -tls-key to a certificate and its key.")
        }
    }

    static func disk(_ disk: DiskSpace) -> Finding {
        let megabytes = disk.free / 1_000_000
        let free = megabytes < 1000 ? "\(megabytes) MB" : "\(Double(megabytes / 100) / 10) GB"
        let text = "\(disk.path) has \(free) free"
        if !disk.isDirectory {
            return Finding(
                .disk, .failure, "\(disk.path) is not a directory.", remedy: "Choose another directory with -state.")
        }
        if !disk.isWritable {
            return Finding(
                .disk, .failure, "\(disk.path) is not writable.", remedy: "Fix its permissions, or set -state.")
        }
        let remedy = "Free disk space, or choose another with -state."
        switch megabytes {
        case ..<100: return Finding(.disk, .failure, text + ".", remedy: remedy)
        case ..<1000: return Finding(.disk, .warning, text + ".", remedy: remedy)
        default: return Finding(.disk, .ok, text)
        }
    }
}
