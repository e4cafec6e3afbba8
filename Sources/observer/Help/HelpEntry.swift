import ObserverEngine

/// One flag as `-h` prints it, in the style of Go's flag package.
/// Source: https://pkg.go.dev/flag#PrintDefaults
struct HelpEntry {
    let flag: String
    let kind: Setting.Kind
    let summary: String
    var fallback: String?

    var text: String {
        let head =
            switch kind {
            case .text: "  -\(flag) string"
            case .number: "  -\(flag) int"
            case .toggle: "  -\(flag)"
            }
        let note =
            switch (kind, fallback) {
            case (.text, let value?): " (default \"\(value)\")"
            case (_, let value?): " (default \(value))"
            case (_, nil): ""
            }
        // A flag of one letter has its summary on the same line.
        return head + (flag.count == 1 && kind == .toggle ? "\t" : "\n    \t") + summary + note + "\n"
    }
}

extension HelpEntry {
    /// nil where the setting has no flag.
    init?(_ setting: Setting) {
        guard let flag = setting.flag, let summary = setting.summary else { return nil }
        self.init(flag: flag, kind: setting.kind, summary: summary, fallback: setting.defaultValue)
    }
}
