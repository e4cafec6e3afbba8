import Foundation

/// What follows from the cluster and the machine around us.
extension Finding {
    /// Who answers at our public address.
    enum Answerer: Equatable, Sendable {
        /// Nobody was asked, because no observer runs.
        case notAsked
        case ourselves
        case another
        case nobody(String)
    }

    static func address(_ url: ServiceURL?, answerer: Answerer) -> Finding {
        guard let url else {
            return Finding(
                .address, .warning, "Nobody says at which address GitHub reaches the observer.",
                remedy: "Set DPLOY_PUBLIC_NODE or DPLOY_OBSERVER_PUBLIC_URL.")
        }
        switch answerer {
        case .notAsked: return Finding(.address, .ok, "GitHub would be sent to \(url)")
        case .ourselves: return Finding(.address, .ok, "the observer answers at \(url)")
        case .another:
            return Finding(
                .address, .failure, "At \(url) somebody else answers.",
                remedy: "Set DPLOY_PUBLIC_NODE or DPLOY_OBSERVER_PUBLIC_URL to what leads to this observer.")
        case .nobody(let reason):
            return Finding(
                .address, .warning, "From here nobody answers at \(url): \(reason).",
                remedy: "From outside it may be different; run: observer ping")
        }
    }

    static func certificate(_ files: TLSFiles, now: Date) -> Finding {
        do throws(ServerCertificate.Unusable) {
            let certificate = try ServerCertificate(files, logger: .silent)
            let text = "\(files.certificate) is \(certificate.summary)"
            let remedy = "Renew it; the observer takes up new files without a restart."
            switch certificate.validUntil.timeIntervalSince(now) {
            case ..<0: return Finding(.certificate, .failure, text + ": GitHub does not deliver to it.", remedy: remedy)
            case ..<(14 * 86400): return Finding(.certificate, .warning, text + ".", remedy: remedy)
            default: return Finding(.certificate, .ok, text)
            }
        } catch {
            return Finding(.certificate, .failure, error.description)
        }
    }

    /// - Parameter isNeeded: Whether anything depends on it that the settings do not say.
    static func mesosDNS(
        _ addresses: Result<[String], MesosDNS.Failure>, at url: ServiceURL, isNeeded: Bool
    ) -> Finding {
        let problem: String
        switch addresses {
        case .success(let addresses) where !addresses.isEmpty:
            return Finding(.mesosDNS, .ok, "knows marathon.mesos: \(addresses.joined(separator: ", "))")
        case .success: problem = "Mesos-DNS at \(url) does not know marathon.mesos."
        case .failure(let failure): problem = failure.description
        }
        return isNeeded
            ? Finding(
                .mesosDNS, .warning, problem,
                remedy: "Set -mesos-dns to one that does; outside a cluster set -marathon and -public-node.")
            : Finding(.mesosDNS, .ok, "not needed with these settings")
    }

    static func marathon(version: String, at url: ServiceURL) -> Finding {
        Finding(.marathon, .ok, "\(version) at \(url)")
    }

    /// Where nothing but a pushed app descriptor can say where Marathon is, that is no failure yet.
    static func marathon(_ error: any Error) -> Finding {
        Finding(.marathon, error is MarathonAddress.Unknown ? .warning : .failure, "\(error)")
    }

    static let marathonNotNeeded = Finding(.marathon, .ok, "not needed: a command deploys")

    static func disk(_ disk: DiskSpace) -> Finding {
        let megabytes = disk.free / 1_000_000
        let text = "\(disk.path) has \(megabytes) MB free"
        if !disk.isWritable {
            return Finding(
                .disk, .failure, "\(disk.path) can't be written to.", remedy: "Mend its permissions, or set -state.")
        }
        let remedy = "Make room, or choose another directory with -state."
        switch megabytes {
        case ..<100: return Finding(.disk, .failure, text + ".", remedy: remedy)
        case ..<1000: return Finding(.disk, .warning, text + ".", remedy: remedy)
        default: return Finding(.disk, .ok, text)
        }
    }
}
