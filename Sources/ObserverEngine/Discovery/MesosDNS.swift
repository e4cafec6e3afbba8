/// The HTTP API of Mesos-DNS.
/// Source: https://mesosphere.github.io/mesos-dns/docs/http.html
package struct MesosDNS: Sendable {
    /// The SRV record of one port of a task.
    package struct ServiceRecord: Decodable, Equatable, Sendable {
        package let host: String
        package let ip: String
        package let port: String

        package init(host: String, ip: String, port: String) {
            self.host = host
            self.ip = ip
            self.port = port
        }
    }

    private struct HostRecord: Decodable {
        let ip: String
    }

    /// Mesos-DNS did not return a valid response.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let url: ServiceURL
    private let json: JSONClient

    package init(http: HTTPTransport, url: ServiceURL) {
        self.url = url
        json = JSONClient(http: http, base: url)
    }

    /// The records of a service such as `_dploy-observer._tcp.marathon.mesos.`; empty if the name is unknown.
    /// - Throws: `Failure`, `CancellationError`.
    package func services(_ name: String) async throws -> [ServiceRecord] {
        // For an unknown name, Mesos-DNS returns one record of empty strings.
        try await fetch("/v1/services/\(name)", [ServiceRecord].self).filter { !$0.port.isEmpty }
    }

    /// The addresses of a host such as `marathon.mesos.`; empty if the name is unknown.
    /// - Throws: `Failure`, `CancellationError`.
    package func addresses(of host: String) async throws -> [String] {
        try await fetch("/v1/hosts/\(host)", [HostRecord].self).map(\.ip).filter { !$0.isEmpty }
    }

    /// Whether Mesos-DNS knows where Marathon is, for the doctor.
    /// - Parameter isNeeded: Whether an address depends on Mesos-DNS.
    package func check(isNeeded: Bool) async throws -> Finding {
        let problem: String
        do {
            let addresses = try await addresses(of: "marathon.mesos.")
            if !addresses.isEmpty {
                return Finding(.mesosDNS, .ok, "knows marathon.mesos: \(addresses.joined(separator: ", "))")
            }
            problem = "Mesos-DNS at \(url) does not know marathon.mesos."
        } catch let failure as Failure {
            problem = failure.description
        }
        guard isNeeded else { return Self.unused }
        return Finding(
            .mesosDNS, .warning, problem,
            remedy: "Set -mesos-dns; outside a cluster set -marathon and -public-node.")
    }

    /// The result of the check where nothing depends on Mesos-DNS.
    package static let unused = Finding(.mesosDNS, .ok, "not used with these settings")

    private func fetch<Records: Decodable>(_ path: String, _ type: Records.Type) async throws -> Records {
        do {
            let response = try await json.send(
                JSONRequest(.get, path), limits: .init(timeout: .seconds(5), size: 1024 * 1024))
            guard response.isSuccess else {
                throw Failure(description: "Mesos-DNS at \(url) returned \(response.status) for \(path).")
            }
            return try response.decode(type)
        } catch let error as TransportError {
            throw Failure(description: "\(error)")
        } catch is DecodingError {
            throw Failure(description: "Mesos-DNS at \(url) returned an invalid response for \(path).")
        }
    }
}
