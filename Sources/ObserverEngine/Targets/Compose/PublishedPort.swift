/// A port of the host that leads to a container.
struct PublishedPort: Equatable, Sendable {
    /// One port, or as many as the container has there.
    let numbers: ClosedRange<Int>
    /// `tcp`, `udp`, `sctp`
    let transport: String
    /// nil for every address of the host.
    let address: String?

    /// nil for numbers that are not ports.
    init?(_ numbers: ClosedRange<Int>, transport: String?, address: String?) {
        guard numbers.lowerBound > 0, numbers.upperBound <= 65535 else { return nil }
        self.numbers = numbers
        self.transport = transport.flatMap { $0.isEmpty ? nil : $0.lowercased() } ?? "tcp"
        let address = address?.filter { !"[]".contains($0) } ?? ""
        self.address = ["", "0.0.0.0", "::"].contains(address) ? nil : address
    }

    /// Whether the host can't give both to containers.
    func collides(with other: PublishedPort) -> Bool {
        numbers.overlaps(other.numbers) && transport == other.transport
            && (address == nil || other.address == nil || address == other.address)
    }
}

extension PublishedPort {
    /// An item of the `ports` of a service, in either syntax of Compose. nil if the engine chooses the port of the host.
    /// Source: https://docs.docker.com/reference/compose-file/services/#ports
    init?(_ item: JSONValue) {
        if let text = item.string {
            self.init(short: text)
        } else {
            // The engine chooses one port of a range for one port of the container.
            guard let port = item["published"]?.string.flatMap(Int.init) else { return nil }
            self.init(port...port, transport: item["protocol"]?.string, address: item["host_ip"]?.string)
        }
    }

    /// "8080:80", "127.0.0.1:8080-8081:80-81/udp", "[::1]:8080:80"
    private init?(short text: String) {
        let halves = text.split(separator: "/", maxSplits: 1)
        guard let parts = halves.first, let colon = parts.lastIndex(of: ":"),
            let inside = ClosedRange<Int>(ports: parts[parts.index(after: colon)...])
        else { return nil }
        let host = parts[..<colon]
        let before = host.lastIndex(of: ":")
        let start = before.map { host.index(after: $0) } ?? host.startIndex
        guard let outside = ClosedRange<Int>(ports: host[start...]), outside.count == inside.count else { return nil }
        self.init(
            outside, transport: halves.dropFirst().first.map(String.init), address: before.map { String(host[..<$0]) })
    }
}

extension ClosedRange<Int> {
    /// "80" or "80-81"
    fileprivate init?(ports text: Substring) {
        let bounds = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let first = bounds.first ?? nil, let last = bounds.last ?? nil, bounds.count <= 2, first <= last else {
            return nil
        }
        self = first...last
    }
}
