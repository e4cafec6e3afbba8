import Foundation

/// Which requests are sent through which proxy, from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.
package struct ProxyRules: Equatable, Sendable {
    /// A variable whose value can't be used.
    package struct Invalid: Equatable, Sendable {
        package let variable: String
        package let sentence: String
    }

    package static let none = ProxyRules(http: nil, https: nil, exceptions: [])

    /// All variables that are read. If both spellings are set, the lower-case one wins.
    package static let variables: Set<String> = Set(
        ["http_proxy", "https_proxy", "all_proxy", "no_proxy"].flatMap { [$0, $0.uppercased()] })

    private let http: Proxy?
    private let https: Proxy?
    private let exceptions: [ProxyException]

    private init(http: Proxy?, https: Proxy?, exceptions: [ProxyException]) {
        self.http = http
        self.https = https
        self.exceptions = exceptions
    }

    /// - Parameter invalid: Receives the variables that can't be used.
    package init(environment: [String: String], invalid: inout [Invalid]) {
        func given(_ name: String) -> (name: String, text: String)? {
            for spelling in [name, name.uppercased()] {
                let text = environment[spelling]?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
                if !text.isEmpty { return (spelling, text) }
            }
            return nil
        }
        func proxy(_ name: String) -> Proxy? {
            guard let (variable, text) = given(name) else { return nil }
            do throws(Proxy.Problem) {
                return try Proxy(text)
            } catch {
                invalid.append(Invalid(variable: variable, sentence: "'\(text.maskedAddress)' \(error)."))
                return nil
            }
        }
        let other = proxy("all_proxy")
        http = proxy("http_proxy") ?? other
        https = proxy("https_proxy") ?? other
        exceptions = (given("no_proxy")?.text ?? "").split { $0 == "," || $0.isWhitespace }
            .compactMap { ProxyException($0) }
    }

    /// Each proxy once.
    package var all: Set<Proxy> { Set([http, https].compactMap(\.self)) }

    /// For the log: one sentence for each scheme that has a proxy.
    package var sentences: [String] {
        [("http", http), ("https", https)].compactMap { scheme, proxy in
            proxy.map { "Requests to \(scheme) URLs go through the proxy \($0), except for hosts in NO_PROXY." }
        }
    }

    /// nil connects directly: Unix sockets, this machine, and the exceptions.
    package func proxy(for url: String) -> Proxy? {
        guard let components = URLComponents(string: url), let host = components.host, !host.isEmpty else { return nil }
        let proxy: Proxy?
        let port: Int
        switch components.scheme?.lowercased() {
        case "http": (proxy, port) = (http, components.port ?? 80)
        case "https": (proxy, port) = (https, components.port ?? 443)
        default: return nil
        }
        let destination = ProxyException.Destination(host: host, port: port)
        return destination.isThisMachine || exceptions.contains { $0.matches(destination) } ? nil : proxy
    }
}

/// One entry of `NO_PROXY`: `*`, a host name with its subdomains, `.domain`, an address or a range, each with an optional
/// port.
struct ProxyException: Equatable, Sendable {
    struct Destination {
        let host: String
        let port: Int
        fileprivate let address: IPAddress?

        init(host: String, port: Int) {
            self.host = ProxyException.plain(host)
            self.port = port
            address = IPAddress(self.host)
        }

        var isThisMachine: Bool {
            host == "localhost" || host.hasSuffix(".localhost") || (address.map(\.isThisMachine) ?? false)
        }
    }

    private enum Pattern: Equatable {
        case everything
        case addresses(AddressRange)
        case name(String)
        /// With its dot.
        case subdomains(String)
    }

    private let pattern: Pattern
    private let port: Int?

    /// nil if the entry is empty.
    init?(_ entry: some StringProtocol) {
        var text = entry.lowercased()
        var port: Int?
        if AddressRange(Self.plain(text)) == nil, let colon = text.lastIndex(of: ":"),
            let number = Int(text[text.index(after: colon)...])
        {
            port = number
            text = String(text[..<colon])
        }
        self.port = port
        text = Self.plain(text)
        if text == "*" {
            pattern = .everything
        } else if let range = AddressRange(text) {
            pattern = .addresses(range)
        } else {
            let name = text.hasPrefix("*") ? String(text.dropFirst()) : text
            guard !name.isEmpty, name != "." else { return nil }
            pattern = name.hasPrefix(".") ? .subdomains(name) : .name(name)
        }
    }

    func matches(_ destination: Destination) -> Bool {
        guard port == nil || port == destination.port else { return false }
        return switch pattern {
        case .everything: true
        case .addresses(let range): destination.address.map(range.contains) ?? false
        case .name(let name): destination.host == name || destination.host.hasSuffix(".\(name)")
        case .subdomains(let suffix): destination.host.hasSuffix(suffix)
        }
    }

    /// In lower case, without the brackets of an IPv6 address and the dot at the end of an absolute name.
    private static func plain(_ host: String) -> String {
        var host = host.lowercased()
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host.count > 1, host.hasSuffix(".") { host.removeLast() }
        return host
    }
}
