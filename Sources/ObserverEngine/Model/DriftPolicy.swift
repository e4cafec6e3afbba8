/// The differences between running apps and their specs that count, and the response to them.
package struct DriftPolicy: Equatable, Sendable {
    package enum Response: String, CaseIterable, Sendable {
        case report, correct, ignore
    }

    package var response: Response
    /// JSON pointers of fields that others may change.
    package var ignored: [String]
    /// The least time between two announcements of one app.
    package var announcementPause = Duration.seconds(60)

    package init(response: Response = .report, ignored: [String] = []) {
        self.response = response
        self.ignored = ignored
    }

    func relevant(_ drift: AppSummary.Drift?) -> AppSummary.Drift? {
        guard var drift, response != .ignore else { return nil }
        guard drift.kind == .changed else { return drift }
        drift.fields = drift.fields.without(ignored)
        return drift.fields.isEmpty ? nil : drift
    }

    /// The part of the drift that does not count; nil if all of it does.
    func irrelevant(_ drift: AppSummary.Drift?) -> AppSummary.Drift? {
        guard var drift else { return nil }
        guard let counted = relevant(drift) else { return drift }
        let paths = Set(counted.fields.map(\.path))
        drift.fields.removeAll { paths.contains($0.path) }
        return drift.fields.isEmpty ? nil : drift
    }

    /// The setting because of which drift does not count.
    var exemption: String { response == .ignore ? "-drift ignore" : "-drift-ignore" }
}

/// The limits of a correction of drift.
package struct DriftScope: Equatable, Sendable {
    /// The apps to correct; nil for all that drifted.
    let apps: Set<String>?
    /// JSON pointers of fields that stay as they are.
    let ignored: [String]

    package init(apps: Set<String>? = nil, ignored: [String] = []) {
        self.apps = apps
        self.ignored = ignored
    }

    func includes(_ app: String) -> Bool { apps?.contains(app) ?? true }

    /// The definition of an app with the ignored fields as they are now.
    func keepingIgnored(in definition: JSONValue, from running: JSONValue) -> JSONValue {
        var kept = definition
        for pointer in ignored {
            let path = pointer.split(separator: "/").map { $0.replacing("~1", with: "/").replacing("~0", with: "~") }
            kept.copy(path.map(String.init)[...], from: running)
        }
        return kept
    }
}

extension [AppChange.Field] {
    /// - Parameter ignored: JSON pointers of fields that don't count.
    func without(_ ignored: [String]) -> Self {
        filter { field in !ignored.contains { field.path == $0 || field.path.hasPrefix("\($0)/") } }
    }
}

extension JSONValue {
    /// Copies one field; those in lists stay, because their items may differ.
    fileprivate mutating func copy(_ path: ArraySlice<String>, from other: JSONValue) {
        guard let key = path.first, object != nil, other.object != nil else { return }
        if path.count == 1 {
            self[key] = other[key]
        } else if let inner = other[key], inner.object != nil {
            var own = self[key] ?? [:]
            own.copy(path.dropFirst(), from: inner)
            self[key] = own
        }
    }
}
