import Foundation

/// The credentials for Marathon.
package enum MarathonCredentials: Equatable, Sendable {
    case none
    case basic(user: String, password: Secret)
    /// DC/OS: `Authorization: token=...`, not `Bearer`.
    case token(Secret)

    /// The value of the Authorization header.
    var authorization: Secret? {
        switch self {
        case .none: nil
        case .basic(let user, let password):
            Secret("Basic " + Data("\(user):\(password.value)".utf8).base64EncodedString())
        case .token(let token): Secret("token=\(token.value)")
        }
    }

    /// The secrets to redact, including the encoded form.
    var secrets: [Secret] {
        switch self {
        case .none: []
        case .basic(let user, let password):
            [password, Secret(Data("\(user):\(password.value)".utf8).base64EncodedString())]
        case .token(let token): [token]
        }
    }
}
