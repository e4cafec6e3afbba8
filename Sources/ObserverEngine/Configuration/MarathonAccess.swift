import Foundation
import Synchronization

/// The current credentials for Marathon: those in files may be replaced at run time, as the tokens of DC/OS, which expire.
package final class MarathonAccess: Sendable {
    private let credentials: Mutex<MarathonCredentials>
    private let settings: MarathonSettings
    private let redactor: Redactor

    package init(_ settings: MarathonSettings, redactor: Redactor) {
        self.settings = settings
        self.redactor = redactor
        credentials = Mutex(settings.credentials)
    }

    var current: MarathonCredentials { credentials.withLock(\.self) }

    /// Whether new credentials may be written to a file, so that a rejected request is worth repeating.
    var isRenewable: Bool { settings.credentialFiles != nil }

    /// The remedy for rejected credentials, as a sentence.
    var remedy: String {
        settings.credentialFiles.map { "Write new ones to \($0.names); they are loaded without a restart." }
            ?? "Set DPLOY_MARATHON_USER and DPLOY_MARATHON_PASSWORD, or DPLOY_MARATHON_TOKEN."
    }

    /// Reads the files again after Marathon has rejected the credentials that were used.
    /// - Returns: Whether there are new ones.
    func isRenewed(since used: MarathonCredentials) async -> Bool {
        if let files = settings.credentialFiles,
            let found = try? await BlockingWork.run({ [current] in files.read(over: current) }), found != current
        {
            for secret in found.secrets { redactor.add(secret) }
            credentials.withLock { $0 = found }
        }
        return current != used
    }
}

/// The files of `DPLOY_MARATHON_TOKEN_FILE`, `DPLOY_MARATHON_USER_FILE` and `DPLOY_MARATHON_PASSWORD_FILE`, as absolute
/// paths.
package struct MarathonCredentialFiles: Equatable, Sendable {
    package var user: String?
    package var password: String?
    package var token: String?

    var names: String { [token, user, password].compactMap(\.self).joined(separator: " and ") }

    /// The credentials in the files, with the others taken from those before; nil while a file is missing or empty.
    func read(over credentials: MarathonCredentials) -> MarathonCredentials? {
        if let token { return Self.content(of: token).map { .token(Secret($0)) } }
        guard case .basic(let name, let secret) = credentials else { return nil }
        guard let name = user.map(Self.content) ?? name, let word = password.map(Self.content) ?? secret.value else {
            return nil
        }
        return .basic(user: name, password: Secret(word))
    }

    /// Of one file, in bytes; far more than any token needs.
    private static let sizeLimit = 64 * 1024

    /// Without white space around it; nil if there is nothing else.
    static func content(of path: String) -> String? {
        guard let bytes = try? BoundedFile.read(path, limit: sizeLimit, acceptsPipe: true) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? nil : text
    }
}

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
