/// Writes the text format of Prometheus, version 0.0.4.
struct PrometheusText: CustomStringConvertible {
    enum Kind: String {
        case counter, gauge, histogram
    }

    private(set) var description = ""

    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        description += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// - Parameter labels: Values of our own that need no escapes.
    mutating func sample(_ name: String, _ labels: [String: String], _ value: Double) {
        let list = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ",")
        description += name + (list.isEmpty ? "" : "{\(list)}") + " \(Self.number(value))\n"
    }

    static func number(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? String(value)
    }
}
