import Foundation

/// The address that the server listens on.
package struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
    package let host: String
    /// 0 chooses a free port.
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Parses `HOST:PORT`, `[IPv6]:PORT` and `:PORT`.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        self.init(host: host.isEmpty ? "0.0.0.0" : String(host), port: port)
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// The URL of `-notify`. Path and query are secret: anyone who knows the URL of a chat webhook can post to it.
package struct NotifyAddress: Sendable {
    package let base: ServiceURL
    /// Path and query, percent-encoded.
    package let target: Secret

    /// nil unless the text is an http(s) URL.
    package init?(_ text: String) {
        guard var components = URLComponents(string: text) else { return nil }
        let query = components.percentEncodedQuery.map { "?\($0)" } ?? ""
        target = Secret(components.percentEncodedPath + query)
        (components.percentEncodedPath, components.query, components.fragment) = ("", nil, nil)
        guard let base = components.string.flatMap({ try? ServiceURL($0) }) else { return nil }
        self.base = base
    }

    package var whole: Secret { Secret(base.description + target.value) }
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

/// The maximum age and total size of deliveries, deployments and logs; the stricter limit applies.
package struct Retention: Equatable, Sendable, CustomStringConvertible {
    package static let standard = Retention(days: 30, mebibytes: 512)
    /// SQLite needs some space itself.
    private static let minimumMebibytes = 8

    package let days: Int
    package let mebibytes: Int

    package init(days: Int, mebibytes: Int) {
        self.days = days
        self.mebibytes = mebibytes
    }

    /// Parses `30d,512MiB`; either part may be omitted.
    package init?(_ text: String) {
        var (days, mebibytes): (Int?, Int?)
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let part = part.filter { $0 != " " }
            if part.hasSuffix("MiB"), mebibytes == nil, let number = Int(part.dropLast(3)) {
                mebibytes = number
            } else if part.hasSuffix("d"), days == nil, let number = Int(part.dropLast()) {
                days = number
            } else {
                return nil
            }
        }
        let (age, size) = (days ?? Self.standard.days, mebibytes ?? Self.standard.mebibytes)
        guard (1...3650).contains(age), (Self.minimumMebibytes...1_048_576).contains(size) else { return nil }
        self.init(days: age, mebibytes: size)
    }

    package var description: String { "\(days)d,\(mebibytes)MiB" }
    package var bytes: Int { mebibytes * 1024 * 1024 }
    package var age: Duration { .seconds(days * 86_400) }
}
