/// Reads an error response of Marathon. Its bodies differ from case to case, and those of a proxy are HTML.
struct MarathonErrorReader {
    let operation: String
    let url: ServiceURL
    /// Whether the request may be sent again after any error inside Marathon.
    let isRepeatable: Bool

    func error(_ response: JSONResponse) -> MarathonError {
        let body = try? response.decode(JSONValue.self)
        let message = Self.message(of: body)
        let reason: MarathonError.Reason =
            switch response.status {
            case 401, 403: .credentialsRejected(status: response.status)
            case 404: .notFound
            case 409:
                if let holders = Self.holders(in: body) {
                    .locked(by: holders)
                } else {
                    .invalid(status: 409, message: message)
                }
            case 400, 422:
                .invalid(status: response.status, message: message, complaints: Self.complaints(in: body))
            case 502, 503, 504: .unavailable(status: response.status)
            case 500... where isRepeatable: .unavailable(status: response.status)
            default: .unexpected(status: response.status, message: message)
            }
        return MarathonError(operation: operation, url: url, reason: reason, retryAfter: response.retryAfter())
    }

    private static func holders(in body: JSONValue?) -> [String]? {
        body?["deployments"]?.array?.compactMap { $0["id"]?.string ?? $0.string }
    }

    /// `message`, and `details` in its two forms: a string, or a list of paths with their errors.
    private static func message(of body: JSONValue?) -> String {
        let message = body?["message"]?.string ?? "no explanation"
        let texts =
            body?["details"]?.string.map { [$0] }
            ?? complaints(in: body).map { complaint in
                [complaint.path, complaint.errors.joined(separator: ", ")].filter { !$0.isEmpty }
                    .joined(separator: ": ")
            }
        return ([message] + texts).joined(separator: "; ")
    }

    private static func complaints(in body: JSONValue?) -> [MarathonError.Complaint] {
        (body?["details"]?.array ?? []).map { detail in
            MarathonError.Complaint(
                path: detail["path"]?.string ?? "", errors: (detail["errors"]?.array ?? []).compactMap(\.string))
        }
    }
}
