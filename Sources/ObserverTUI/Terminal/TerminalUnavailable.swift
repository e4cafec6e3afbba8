/// The terminal can't show the dashboard.
package struct TerminalUnavailable: Error, Equatable, CustomStringConvertible {
    package let type: String?

    package var description: String {
        let instead = "so there is no dashboard; -plain writes lines instead."
        guard let type, !type.isEmpty else { return "TERM is not set, \(instead)" }
        return "The terminal type \(type) is not known here (TERM), \(instead)"
    }
}
