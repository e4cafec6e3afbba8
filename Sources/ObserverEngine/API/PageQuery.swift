import Hummingbird

/// The query parameters of a paged list.
struct PageQuery {
    private let request: Request

    init(_ request: Request) {
        self.request = request
    }

    var before: Int64? { get throws { try number("before") } }
    var after: Int64 { get throws { try number("after") ?? 0 } }

    var limit: Int {
        get throws {
            guard let limit = try number("limit") else { return 100 }
            guard (1...Int64(ControlService.pageLimit)).contains(limit) else {
                throw ControlError.malformed("limit must be from 1 to \(ControlService.pageLimit).")
            }
            return Int(limit)
        }
    }

    var verdict: Delivery.Verdict? {
        get throws {
            guard let text = request.uri.queryParameters["verdict"] else { return nil }
            guard let verdict = Delivery.Verdict(rawValue: String(text)) else {
                let known = Delivery.Verdict.allCases.map(\.rawValue).joined(separator: ", ")
                throw ControlError.malformed("verdict must be one of \(known).")
            }
            return verdict
        }
    }

    private func number(_ name: String) throws -> Int64? {
        guard let text = request.uri.queryParameters[Substring(name)] else { return nil }
        guard let number = Int64(text) else { throw ControlError.malformed("\(name) must be a whole number.") }
        return number
    }
}
