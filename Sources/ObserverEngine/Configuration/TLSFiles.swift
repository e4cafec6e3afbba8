/// The files of `-tls-cert` and `-tls-key`, with their whole paths.
package struct TLSFiles: Equatable, Sendable {
    /// PEM: our certificate, then those that lead to one that GitHub trusts.
    package let certificate: String
    /// PEM, without a passphrase.
    package let key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}
