/// Checks of the way to the services, and of the way that GitHub takes to the observer.
extension Finding {
    /// Which services are reached through which proxy; nil without a proxy.
    static func proxy(_ rules: ProxyRules, services: [(name: String, url: ServiceURL)]) -> Finding? {
        guard !rules.all.isEmpty else { return nil }
        let routes = services.map { service in
            (name: service.name, route: rules.proxy(for: service.url.description)?.description)
        }
        let used = Set(routes.compactMap(\.route)).sorted().map { proxy in
            "\(Self.list(routes.filter { $0.route == proxy }.map(\.name))) through \(proxy)"
        }
        let direct = routes.filter { $0.route == nil }.map(\.name)
        return Finding(
            .proxy, .ok, (used + (direct.isEmpty ? [] : ["\(Self.list(direct)) directly"])).joined(separator: "; "))
    }

    /// nil if only the authorities of the system are trusted.
    static func authorities(_ trusted: TrustedAuthorities) -> Finding? {
        trusted.summary.map { Finding(.authorities, .ok, $0) }
    }

    /// A warning if GitHub can't reach an address of this kind; nil otherwise.
    /// - Parameter gitHub: The API; a GitHub Enterprise Server may be in the same private network.
    static func unreachable(_ url: ServiceURL, from gitHub: ServiceURL) -> Finding? {
        let address = IPAddress(url.host)
        let kind: String
        if address?.isThisMachine ?? false || url.host == "localhost" || url.host.hasSuffix(".localhost") {
            kind = "a loopback address"
        } else if address?.isPrivate ?? false, gitHub.isPublicGitHub {
            kind = "a private address"
        } else {
            return nil
        }
        return Finding(
            .address, .warning, "GitHub can't deliver to \(url): \(url.host) is \(kind).",
            remedy: "Set DPLOY_PUBLIC_NODE or DPLOY_OBSERVER_PUBLIC_URL to a public address; until then, only polling "
                + "finds pushes.")
    }

    /// "a, b and c"
    private static func list(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return "\(names.dropLast().joined(separator: ", ")) and \(last)"
    }
}

extension ServiceURL {
    fileprivate var isPublicGitHub: Bool {
        let host = host.lowercased()
        return host == "api.github.com" || host.hasSuffix(".ghe.com")
    }
}
