/// How a plan differs from the approved plan, as sentences for an operator.
enum PlanDifference {
    static func between(_ before: [AppChange], and after: [AppChange]) -> [String] {
        let old = effective(before)
        let new = effective(after)
        return Set(old.keys).union(new.keys).sorted().compactMap { app in
            switch (old[app], new[app]) {
            case (nil, let change?): "\(app) would now be \(change.kind.rawValue), too"
            case (.some, nil): "\(app) would no longer change"
            case (let first?, let second?) where first.kind != second.kind:
                "\(app) would now be \(second.kind.rawValue) instead of \(first.kind.rawValue)"
            case (let first?, let second?) where first != second: "\(app) would now change in another way"
            default: nil
            }
        }
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
