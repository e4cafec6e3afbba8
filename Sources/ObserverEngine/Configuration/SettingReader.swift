import Foundation

/// All invalid settings, so that an operator can fix them in one go.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    package struct Problem: Equatable, Sendable, CustomStringConvertible {
        /// A flag, a variable or a file.
        package let source: String
        /// The error and its fix.
        package let sentence: String
        /// Whether nothing was given at all.
        package var isMissing = false

        package init(source: String, sentence: String, isMissing: Bool = false) {
            self.source = source
            self.sentence = sentence
            self.isMissing = isMissing
        }

        package var description: String { "\(source): \(sentence)" }
    }

    package let problems: [Problem]

    package var description: String {
        let count = problems.count == 1 ? "1 setting is" : "\(problems.count) settings are"
        let missing = problems.count(where: \.isMissing)
        let state = missing == 0 ? "invalid" : missing == problems.count ? "missing" : "missing or invalid"
        return "\(count) \(state):\n"
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

    mutating func report(_ source: String, _ sentence: String, isMissing: Bool = false) {
        problems.append(.init(source: source, sentence: sentence, isMissing: isMissing))
    }

    /// Reports a value that is not one of a few.
    mutating func report(_ source: String, _ text: String, insteadOf values: [String]) {
        let known = [values.dropLast().joined(separator: ", "), values.last ?? ""].filter { !$0.isEmpty }
        report(source, "must be \(known.joined(separator: " or ")), not '\(text)'.")
    }

    /// - Throws: All problems so far.
    func check() throws(ConfigurationError) {
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
    }

    func text(_ setting: Setting) -> String? { sources.given(setting)?.text }

    /// A secret that is sent to a service, or by a client.
    mutating func secret(_ setting: Setting) -> Secret? {
        guard let found = sources.given(setting) else { return nil }
        if let flaw = SecretText.flaw(in: found.text) { report(found.source, flaw) }
        return Secret(found.text)
    }

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
        guard let found = sources.given(setting) else { return false }
        switch found.text.lowercased() {
        case "on", "true", "1", "yes": return word == "on"
        case "off", "false", "0", "no": return word == "off"
        default:
            report(found.source, found.text, insteadOf: ["on", "off"])
            return false
        }
    }
}
