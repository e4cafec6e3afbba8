/// The differences between running apps and their specs that count, and the response to them.
package struct DriftPolicy: Equatable, Sendable {
    package enum Response: String, CaseIterable, Sendable {
        case report, correct, ignore
    }

    package var response: Response
    /// JSON pointers of fields that others may change.
    package var ignored: [String]

    package init(response: Response = .report, ignored: [String] = []) {
        self.response = response
        self.ignored = ignored
    }

    func relevant(_ drift: AppSummary.Drift?) -> AppSummary.Drift? {
        guard var drift, response != .ignore else { return nil }
        guard drift.kind == .changed else { return drift }
        drift.fields.removeAll { field in
            ignored.contains { field.path == $0 || field.path.hasPrefix("\($0)/") }
        }
        return drift.fields.isEmpty ? nil : drift
    }
}
