/// The HTTP API of Mesos-DNS. Responses match those recorded from the real server.
package final class MesosDNSSimulator: Simulator {
    package let server: SimulatedServer
    private let records: Awaitable<MesosDNSRecords>

    init(_ records: MesosDNSRecords = .recorded) async throws {
        server = try await .bind()
        self.records = Awaitable(records)
    }

    func run() async throws {
        try await server.run { self.respond(to: $0) }
    }

    package func set(service name: String, to services: [MesosDNSRecords.Service]) {
        records.change { $0[service: name] = services }
    }

    /// Removes a service.
    package func remove(service name: String) {
        set(service: name, to: [])
    }

    /// Removes a host.
    package func remove(host name: String) {
        records.change { $0[host: name] = [] }
    }

    private func respond(to request: SimulatedRequest) -> SimulatedResponse {
        guard request.method == .get else { return .text("405: Method Not Allowed", status: 405) }
        let parts = request.path.split(separator: "/").map(String.init)
        switch (parts.count, parts.prefix(2)) {
        case (2, ["v1", "version"]):
            return Self.indented(
                [
                    [
                        ("Service", "Mesos-DNS"), ("URL", "https://github.com/mesosphere/mesos-dns"),
                        ("Version", "v0.7.0-rc2"),
                    ]
                ], isList: false)
        case (3, ["v1", "services"]):
            let services = records.value[service: parts[2]]
            let known = services.map { [("service", parts[2]), ("host", $0.host), ("ip", $0.ip), ("port", $0.port)] }
            let unknown = [[("service", ""), ("host", ""), ("ip", ""), ("port", "")]]
            return Self.indented(known.isEmpty ? unknown : known)
        case (3, ["v1", "hosts"]):
            let hosts = records.value[host: parts[2]]
            let known = hosts.map { [("host", $0.host), ("ip", $0.ip)] }
            return Self.indented(known.isEmpty ? [[("host", ""), ("ip", "")]] : known)
        case (4, ["v1", "hosts"]) where parts[3] == "ports":
            return .text("To be implemented...", status: 501)
        default:
            return .text("404: Page Not Found", status: 404)
        }
    }

    /// Go's indentation, with one space before every line except the first.
    private static func indented(_ records: [[(String, String)]], isList: Bool = true) -> SimulatedResponse {
        let objects = records.map { record in
            let members = record.map { "\(JSON.string($0.0)): \(JSON.string($0.1))" }
            return isList
                ? "  {\n   \(members.joined(separator: ",\n   "))\n  }"
                : "{\n  \(members.joined(separator: ",\n  "))\n }"
        }
        let text = isList ? "[\n\(objects.joined(separator: ",\n"))\n ]" : objects.joined()
        return .text(text, type: "application/json")
    }
}
