package import struct Foundation.Date

extension GitHubSimulator {
    /// The budget of requests that the `x-ratelimit-*` headers tell of.
    package struct RateLimit: Sendable, Hashable {
        package var limit = 5000
        package var remaining = 5000
        package var reset: Date

        package init(limit: Int = 5000, remaining: Int = 5000, reset: Date = Date(timeIntervalSinceNow: 3600)) {
            self.limit = limit
            self.remaining = remaining
            self.reset = reset
        }

        func headers(clockOffset: Double = 0) -> HeaderFields {
            [
                "x-ratelimit-limit": "\(limit)", "x-ratelimit-remaining": "\(remaining)",
                "x-ratelimit-reset": "\(Int(reset.timeIntervalSince1970 + clockOffset))",
                "x-ratelimit-used": "\(limit - remaining)",
                "x-ratelimit-resource": "core",
            ]
        }

        var document: JSON {
            [
                "limit": .integer(limit), "remaining": .integer(remaining),
                "reset": .integer(Int(reset.timeIntervalSince1970)), "used": .integer(limit - remaining),
                "resource": "core",
            ]
        }
    }
}
