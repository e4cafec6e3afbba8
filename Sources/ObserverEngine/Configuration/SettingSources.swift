import Foundation

/// The sources of settings in order of precedence: flags, environment, files in the working directory, defaults.
package struct SettingSources: Sendable {
    /// A value and the place where the operator set it.
    struct Found: Sendable {
        let text: String
        let source: String
    }

    package var flags: [Setting: String]
    package var environment: [String: String]
    /// The working directory, which may contain `dploy.app` and `.pat`.
    package var directory: String

    package init(flags: [Setting: String], environment: [String: String], directory: String) {
        self.flags = flags
        self.environment = environment
        self.directory = directory
    }

    /// The value of the flag or the variable, without line breaks around it, such as those of a file that was exported.
    /// Empty values are ignored, as in a template that was not filled in.
    func given(_ setting: Setting) -> Found? {
        if let flag = setting.flag, let text = Self.trimmed(flags[setting]) {
            return Found(text: text, source: "-\(flag)")
        }
        if let variable = setting.environmentVariable, let text = Self.trimmed(environment[variable]) {
            return Found(text: text, source: variable)
        }
        return nil
    }

    /// The token with which a command talks to an observer.
    package var controlToken: Secret? { (given(.token) ?? given(.adminToken)).map { Secret($0.text) } }

    /// The file of `-tokens`, as an absolute path.
    package var tokensFile: String? {
        given(.tokens).map { $0.text.hasPrefix("/") ? $0.text : directory + "/" + $0.text }
    }

    private static func trimmed(_ text: String?) -> String? {
        let trimmed = text?.trimmingCharacters(in: .newlines) ?? ""
        return trimmed.isEmpty ? nil : trimmed
    }

    /// How to set it: `-owner or DPLOY_OBSERVER_GITHUB_OWNER`.
    static func places(of setting: Setting) -> String {
        [setting.flag.map { "-\($0)" }, setting.environmentVariable].compactMap(\.self).joined(separator: " or ")
    }
}
