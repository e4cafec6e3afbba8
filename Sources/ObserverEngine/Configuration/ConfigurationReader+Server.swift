import Foundation

/// Where deliveries arrive, and who may control the observer.
extension ConfigurationReader {
    mutating func readServer() -> ServerSettings {
        ServerSettings(
            listen: readAddress(.listen) ?? ListenAddress(host: "", port: 0), tls: readTLSFiles(),
            allowsOnlyGitHub: settings.isOn(.gitHubAddressesOnly, ifVariableIs: "on"),
            trustedProxies: readTrustedProxies(), adminToken: readAdminToken(),
            tokensFile: sources.tokensFile, clientToken: settings.secret(.token),
            metricsListen: readAddress(.metricsListen), publicNode: readPublicNode(), publicURL: readPublicURL())
    }

    private mutating func readPublicURL() -> ServiceURL? {
        guard let url = settings.url(.publicURL) else { return nil }
        if url.path.hasSuffix("/dploy"), let source = sources.given(.publicURL)?.source {
            warnings.append(
                "\(source): the webhook will be \(url)/dploy. Leave out /dploy, unless a proxy removes it from the path."
            )
        }
        return url
    }

    /// nil for an invalid address, which is reported, and without a value.
    private mutating func readAddress(_ setting: Setting) -> ListenAddress? {
        let found = sources.given(setting)
        guard let text = found?.text ?? setting.defaultValue else { return nil }
        let address = ListenAddress(text)
        if address == nil {
            settings.report(
                found?.source ?? "-\(setting.rawValue)", "'\(text)' is not HOST:PORT, for example 0.0.0.0:8888.")
        }
        return address
    }

    private mutating func readTLSFiles() -> TLSFiles? {
        let certificate = sources.given(.tlsCertificate)
        let key = sources.given(.tlsKey)
        switch (certificate, key) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            return TLSFiles(certificate: settings.path(certificate.text), key: settings.path(key.text))
        case (let certificate?, nil): settings.report(certificate.source, "requires -tls-key; set both or neither.")
        case (nil, let key?): settings.report(key.source, "requires -tls-cert; set both or neither.")
        }
        return nil
    }

    private mutating func readTrustedProxies() -> [AddressRange] {
        guard let found = sources.given(.trustedProxy) else { return [] }
        var ranges: [AddressRange] = []
        for text in found.text.split(separator: ",") {
            let text = text.trimmingPrefix(while: \.isWhitespace).prefix { !$0.isWhitespace }
            if let range = AddressRange(text) {
                ranges.append(range)
            } else {
                settings.report(found.source, "'\(text)' is not an IP address or CIDR range, e.g. 10.0.0.0/8.")
            }
        }
        return ranges
    }

    private mutating func readPublicNode() -> String? {
        let found =
            sources.given(.publicNode)
            ?? descriptor.publicNode.map { SettingSources.Found(text: $0, source: "public_node in ./dploy.app") }
        guard let found else { return nil }
        let host =
            found.text.hasPrefix("[") && found.text.hasSuffix("]")
            ? String(found.text.dropFirst().dropLast()) : found.text
        // HOST:PORT has only one colon.
        let isAddress6 =
            host.filter { $0 == ":" }.count > 1 && host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        if !isAddress6, host.wholeMatch(of: #/[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?/#) == nil {
            settings.report(
                found.source,
                "'\(found.text)' is not a bare IP address or host name; "
                    + "remove scheme and port, or use -public-url for a complete URL.")
        }
        return host
    }

    private mutating func readAdminToken() -> Secret? {
        let token = settings.secret(.adminToken)
        if let token, token.value.count < 16 {
            settings.report(
                SettingSources.places(of: .adminToken),
                "is shorter than 16 characters; use at least 32 random characters.")
        }
        return token
    }
}
