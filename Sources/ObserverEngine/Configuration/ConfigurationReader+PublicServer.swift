/// Where and how we listen to GitHub and everybody else.
extension ConfigurationReader {
    mutating func readListenAddress() -> ListenAddress {
        let found = sources.given(.listen)
        let text = found?.text ?? Setting.listen.defaultValue ?? ""
        if let address = ListenAddress(text) { return address }
        report(found?.source ?? "-listen", "'\(text)' is not HOST:PORT, for example 0.0.0.0:8888.")
        return ListenAddress(host: "", port: 0)
    }

    mutating func readTLSFiles() -> TLSFiles? {
        let certificate = sources.given(.tlsCertificate)
        let key = sources.given(.tlsKey)
        switch (certificate, key) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            return TLSFiles(certificate: path(certificate.text), key: path(key.text))
        case (let certificate?, nil): report(certificate.source, "is given without -tls-key; give both or none.")
        case (nil, let key?): report(key.source, "is given without -tls-cert; give both or none.")
        }
        return nil
    }

    mutating func readTrustedProxies() -> [AddressRange] {
        guard let found = sources.given(.trustedProxy) else { return [] }
        var ranges: [AddressRange] = []
        for text in found.text.split(separator: ",") {
            let text = text.trimmingPrefix(while: \.isWhitespace).prefix { !$0.isWhitespace }
            if let range = AddressRange(text) {
                ranges.append(range)
            } else {
                report(found.source, "'\(text)' is no address or range of addresses, as 10.0.0.0/8 or 192.0.2.1.")
            }
        }
        return ranges
    }

    private func path(_ name: String) -> String {
        name.hasPrefix("/") ? name : sources.directory + "/" + name
    }
}
