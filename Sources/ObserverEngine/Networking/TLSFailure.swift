import NIOSSL

/// Why there is no TLS with a server, for an operator.
enum TLSFailure {
    /// nil where the error is not one of TLS.
    static func reason(of error: any Error) -> String? {
        switch error {
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            "its certificate is for another name"
        case let error as NIOSSLError: reason(in: "\(error)")
        default: nil
        }
    }

    /// BoringSSL has a name for each failure, in the middle of where it happened.
    private static func reason(in text: String) -> String {
        switch text.firstMatch(of: #/OPENSSL_internal:(\w+)/#)?.1 {
        case "CERTIFICATE_VERIFY_FAILED"?:
            "its certificate is signed by nobody whom this machine trusts, see /etc/ssl/certs"
        case "WRONG_VERSION_NUMBER"?: "it does not speak TLS"
        case let name?: "no TLS, because of \(name)"
        case nil: "it ended the connection before TLS was agreed on"
        }
    }
}
