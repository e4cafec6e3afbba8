package import Foundation
package import NIOHTTP1

/// One whole answer of a service.
package struct JSONResponse: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: Data

    package var isSuccess: Bool { (200..<300).contains(status) }

    /// - Throws: `DecodingError`
    package func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, keys: JSONDecoder.KeyDecodingStrategy = .useDefaultKeys
    ) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = keys
        return try decoder.decode(type, from: body)
    }

    /// When the server made the answer, by its own clock; nil where it does not say.
    package var date: Date? { headers.first(name: "Date").flatMap(Date.init(httpDate:)) }

    /// `Retry-After` in its two forms, seconds or a date (RFC 9110, 10.2.3).
    package func retryAfter(now: Date = Date()) -> Duration? {
        guard let value = headers.first(name: "Retry-After") else { return nil }
        if let seconds = Int(value) { return .patience(seconds: Double(seconds)) }
        return Date(httpDate: value).map { .patience(seconds: $0.timeIntervalSince(now)) }
    }
}

extension Duration {
    /// A wait that a server asks for; no longer than a day, whatever it or our clock says.
    static func patience(seconds: Double) -> Duration {
        .seconds(min(max(0, seconds), 86_400))
    }
}

extension Date {
    /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
    fileprivate init?(httpDate: String) {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        guard let date = formatter.date(from: httpDate) else { return nil }
        self = date
    }
}
