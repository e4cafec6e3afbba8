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

    /// Keeps the report live while the body runs.
    func withViewer<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        try await status.withViewer(body)
    }
}
