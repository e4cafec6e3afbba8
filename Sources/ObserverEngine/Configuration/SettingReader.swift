import Foundation

/// All invalid settings, so that an operator can fix them in one go.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    package struct Problem: Equatable, Sendable, CustomStringConvertible {
        /// A flag, a variable or a file.
        package let source: String
        /// The error and its fix.
        package let sentence: String

        package var description: String { "\(source): \(sentence)" }
    }

    package let problems: [Problem]

    package var description: String {
        let count = problems.count == 1 ? "1 setting is" : "\(problems.count) settings are"
        return "\(count) invalid:\n"
            + problems.map { "  \($0.description.printable)" }.joined(separator: "\n")
    }
}

/// Reads the values of settings by their type, and collects the problems.
struct SettingReader {
    let sources: SettingSources
    private var problems: [ConfigurationError.Problem] = []

    init(sources: SettingSources) {
        self.sources = sources
    }

    mutating func report(_ source: String, _ sentence: String) {
        problems.append(.init(source: source, sentence: sentence))
    }

    /// - Throws: All problems so far.
    func check() throws(ConfigurationError) {
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
    }

    func text(_ setting: Setting) -> String? { sources.given(setting)?.text }

    func secret(_ setting: Setting) -> Secret? { text(setting).map { Secret($0) } }

    /// An absolute path.
    func path(_ name: String) -> String {
        name.hasPrefix("/") ? name : sources.directory + "/" + name
    }

    mutating func url(_ setting: Setting) -> ServiceURL? {
        let found = sources.given(setting)
        guard let text = found?.text ?? setting.defaultValue else { return nil }
        do {
            return try ServiceURL(text)
        } catch {
            report(found?.source ?? "", "'\(text.maskedAddress)' \(error).")
            return nil
        }
    }

    mutating func seconds(_ setting: Setting, atLeast minimum: Int) -> Duration {
        let found = sources.given(setting)
        let text = found?.text ?? setting.defaultValue ?? ""
        // The maximum of a week keeps deadlines far from overflow.
        if let value = Int(text), (minimum...604_800).contains(value) { return .seconds(value) }
        report(found?.source ?? "", "'\(text)' is not a whole number of seconds from \(minimum) to 604800.")
        return .seconds(minimum)
    }

    /// - Parameter word: The value of the variable, `on` or `off`, that corresponds to the flag.
    mutating func isOn(_ setting: Setting, ifVariableIs word: String) -> Bool {
        if let flag = sources.flags[setting] { return flag == "true" }
        guard let variable = setting.environmentVariable, let text = sources.environment[variable], !text.isEmpty
        else { return false }
        switch text.lowercased() {
        case "on", "true", "1", "yes": return word == "on"
        case "off", "false", "0", "no": return word == "off"
        default:
            report(variable, "'\(text)' must be on or off.")
            return false
        }
    }
}
