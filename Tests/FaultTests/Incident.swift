import Simulators

/// Something that goes wrong around the observer.
struct Disturbance: Sendable {
    let name: String
    let happen: @Sendable (Simulators, PushStream) async throws -> Void

    init(_ name: String, _ happen: @escaping @Sendable (Simulators, PushStream) async throws -> Void) {
        self.name = name
        self.happen = happen
    }

    static let garbage = "<html><body>It works!</body></html>"

    /// The ways in which any server may fail one request.
    static let effects: [(String, Fault.Effect)] = [
        ("500", .status(500)), ("502 of a proxy", .status(502, body: garbage)), ("503", .status(503)),
        ("slow", .delay(.seconds(1))), ("reset", .reset), ("answer lost", .loseAnswer), ("reset midway", .resetMidway),
        ("truncated", .truncate), ("a page instead", .body(garbage, type: "text/html")), ("corrupt", .body(#"{"id":"#)),
    ]
}
