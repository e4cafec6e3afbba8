extension Fault {
    /// GitHub's secondary limit: too many requests in a short time.
    package static func secondaryRateLimit(
        retryAfter seconds: Int,
        status: Int = 403,
        times: Int? = 1,
        when matches: @escaping @Sendable (SimulatedRequest) -> Bool = { _ in true }
    ) -> Fault {
        let body: JSON = [
            "message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
            "documentation_url": "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api",
        ]
        let headers: HeaderFields = ["Retry-After": "\(seconds)", "Content-Type": "application/json; charset=utf-8"]
        return Fault(when: matches, times: times, effect: .status(status, headers: headers, body: body.text))
    }
}
