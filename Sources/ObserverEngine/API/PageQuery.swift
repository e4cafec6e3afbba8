import Hummingbird

/// The query parameters of a paged list, and the name of an app.
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
            guard (1...Int64(ControlPage.limit)).contains(limit) else {
                throw ControlError.malformed("limit must be from 1 to \(ControlPage.limit).")
            }
            return Int(limit)
        }
    }

    var lines: Int {
        get throws {
            guard let lines = try number("lines") else { return 100 }
            guard (1...Int64(AppOutput.limit)).contains(lines) else {
                throw ControlError.malformed("lines must be from 1 to \(AppOutput.limit).")
            }
            return Int(lines)
        }
    }

    var verdict: Delivery.Verdict? {
        get throws {
            guard let text = try value("verdict") else { return nil }
            guard let verdict = Delivery.Verdict(rawValue: text) else {
                let known = Delivery.Verdict.allCases.map(\.rawValue).joined(separator: ", ")
                throw ControlError.malformed("verdict must be one of \(known).")
            }
            return verdict
        }
    }

    /// The ID of an app.
    var app: String {
        get throws {
            guard let app = try value("app"), !app.isEmpty else {
                throw ControlError.malformed("The parameter app must be the ID of an app.")
            }
            return app
        }
    }

    /// A commit as an operator types it.
    var ref: String {
        get throws {
            guard let ref = try value("ref"), !ref.isEmpty else {
                throw ControlError.malformed("ref must name a commit.")
            }
            return ref
        }
    }

    private func number(_ name: String) throws -> Int64? {
        guard let text = try value(name) else { return nil }
        guard let number = Int64(digits: text) else {
            throw ControlError.malformed("\(name) must be a whole number of at most 64 bits.")
        }
        return number
    }

    private func value(_ name: String) throws -> String? {
        let values = request.uri.queryParameters.getAll(name)
        guard values.count < 2 else { throw ControlError.malformed("\(name) is given more than once.") }
        return values.first
    }
}

extension Int64 {
    /// nil unless the text is the number as it is usually written: without a plus sign or leading zeros.
    init?(digits text: String) {
        guard let number = Int64(text), String(number) == text else { return nil }
        self = number
    }
}
