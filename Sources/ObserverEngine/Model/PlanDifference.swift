/// How a plan differs from the plan that an operator approved or read, as clauses without a full stop.
package enum PlanDifference {
    package static func between(_ before: [AppChange], and after: [AppChange]) -> [String] {
        let old = effective(before)
        let new = effective(after)
        return Set(old.keys).union(new.keys).sorted().compactMap { app in
            switch (old[app], new[app]) {
            case (nil, let change?): "\(app) would now be \(change.kind.rawValue), too"
            case (.some, nil): "\(app) would no longer change"
            case (let first?, let second?) where first.kind != second.kind:
                "\(app) would now be \(second.kind.rawValue) instead of \(first.kind.rawValue)"
            case (let first?, let second?) where first != second:
                "\(app) would now be changed differently\(details(first, second))"
            default: nil
            }
        }
    }

    /// Fields that are listed before the others are only counted.
    private static let listed = 3
    /// In bytes; a value may be a whole object.
    private static let valueLimit = 160

    private static func details(_ first: AppChange, _ second: AppChange) -> String {
        let old = fields(of: first)
        let new = fields(of: second)
        var all = Set(old.keys).union(new.keys).sorted().compactMap { path -> String? in
            switch (old[path], new[path]) {
            case (nil, let values?): "\(path) \(values)"
            case (.some, nil): "\(path) no longer"
            case (let before?, let now?) where before != now: "\(path) \(now) instead of \(before)"
            default: nil
            }
        }
        if all.count > listed { all = Array(all.prefix(listed)) + ["\(all.count - listed) more fields"] }
        if first.restarts != second.restarts {
            let count = second.restarts ?? 0
            all.append("\(count) \(count == 1 ? "restart" : "restarts") instead of \(first.restarts ?? 0)")
        }
        return all.isEmpty ? "" : ": \(all.joined(separator: ", "))"
    }

    private static func fields(of change: AppChange) -> [String: String] {
        Dictionary(change.fields.map { ($0.path, $0.values.beginning(ofBytes: valueLimit)) }) { first, _ in first }
    }

    private static func effective(_ changes: [AppChange]) -> [String: AppChange] {
        Dictionary(changes.filter(\.isEffective).map { ($0.appID, $0) }) { first, _ in first }
    }
}

extension AppChange {
    /// Whether applying it does something.
    var isEffective: Bool { kind != .unchanged && kind != .orphaned }

    /// A mark that is the same only for the same change of the same app.
    /// - Parameter state: What else identifies it, such as the version that runs.
    func mark(_ state: String = "") -> String {
        let parts = fields.flatMap { [$0.path, $0.before ?? "", $0.after ?? ""] }
        return "\(appID) " + ([kind.rawValue, state] + parts).joined(separator: "\n").sha256.prefix(32)
    }
}
