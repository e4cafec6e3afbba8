package import struct Foundation.Date

/// An app whose drift a deployment corrects, as it was found.
package struct CorrectedApp: Codable, Equatable, Sendable {
    package let id: String
    /// nil where a version stored the deployment that did not know it.
    package let kind: AppSummary.Drift.Kind?
    /// When the first difference was found.
    package let since: Date?

    package init(id: String, kind: AppSummary.Drift.Kind? = nil, since: Date? = nil) {
        self.id = id
        self.kind = kind
        self.since = since
    }

    package init(from decoder: any Decoder) throws {
        if let id = try? decoder.singleValueContainer().decode(String.self) {
            self.init(id: id)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try container.decode(String.self, forKey: .id),
            kind: try container.decodeIfPresent(AppSummary.Drift.Kind.self, forKey: .kind),
            since: try container.decodeIfPresent(Date.self, forKey: .since))
    }
}
