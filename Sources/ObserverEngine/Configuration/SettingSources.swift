/// Where settings come from, strongest first: flags, environment, files of the working directory, defaults.
package struct SettingSources: Sendable {
    /// A value with the place that an operator has to look at.
    struct Found: Sendable {
        let text: String
        let source: String
    }

    package var flags: [Setting: String]
    package var environment: [String: String]
    /// The working directory, where `dploy.app` and `.pat` are looked for.
    package var directory: String

    package init(flags: [Setting: String], environment: [String: String], directory: String) {
        self.flags = flags
        self.environment = environment
        self.directory = directory
    }

    /// What flag or environment say; an empty value is none, as in a template that was not filled in.
    func given(_ setting: Setting) -> Found? {
        if let flag = setting.flag, let text = flags[setting], !text.isEmpty {
            return Found(text: text, source: "-\(flag)")
        }
        if let variable = setting.environmentVariable, let text = environment[variable], !text.isEmpty {
            return Found(text: text, source: variable)
        }
        return nil
    }

    /// How an operator would give it: `-owner or DPLOY_OBSERVER_GITHUB_OWNER`.
    static func places(of setting: Setting) -> String {
        [setting.flag.map { "-\($0)" }, setting.environmentVariable].compactMap(\.self).joined(separator: " or ")
    }
}
