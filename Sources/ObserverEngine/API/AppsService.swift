/// The apps that the target runs.
package struct AppsService: Sendable {
    private let watch: AppsWatch
    private let status: AppsStatus

    package init(watch: AppsWatch, status: AppsStatus) {
        self.watch = watch
        self.status = status
    }

    /// The report of the last reading.
    var known: AppsReport { status.report }

    /// Reads the apps now.
    func report() async -> AppsReport { await watch.refresh() }

    /// The end of the output of an app.
    /// - Throws: `ControlError`, target errors.
    func output(of app: String, lines: Int) async throws -> [AppOutput] {
        guard let output = try await watch.output(of: app, lines: lines) else {
            throw ControlError.impossible(
                "No output available: nothing has been deployed yet, or the target does not provide it.")
        }
        guard !output.isEmpty else {
            let isKnown = known.apps.contains { [app, "/\(app)"].contains($0.id) }
            throw ControlError.impossible(
                isKnown
                    ? "'\(app.printable)' has no instances; see 'observer apps'."
                    : "There is no app '\(app.printable)'; see 'observer apps'.")
        }
        return output
    }

    /// Follows the output of an app until no instance of it runs any more.
    func follow(_ app: String, lines: Int, _ write: @escaping OutputWriter) async throws {
        try await watch.follow(app, lines: lines, write)
    }

    /// Keeps the report live while the body runs.
    func withViewer<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        try await status.withViewer(body)
    }
}
