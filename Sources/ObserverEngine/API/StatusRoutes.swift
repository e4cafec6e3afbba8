import HTTPTypes
package import Hummingbird

/// What anybody may read: `/status`, `/healthz` and `/metrics`.
package struct StatusRoutes: Sendable {
    private struct Health: Encodable {
        let status: String
    }

    private let configuration: Configuration
    private let status: EngineStatus
    private let store: Store
    private let metrics: Metrics
    private let rateLimit: RateLimit

    package init(
        configuration: Configuration, status: EngineStatus, store: Store, metrics: Metrics, rateLimit: RateLimit
    ) {
        self.configuration = configuration
        self.status = status
        self.store = store
        self.metrics = metrics
        self.rateLimit = rateLimit
    }

    package func add(to router: Router<ObserverRequestContext>) {
        router.add(
            middleware: AllowedMethods(
                [.get, .head], at: ["/status", "/healthz", "/metrics"], otherwise: "there is only something to read"))
        router.get("/status") { _, _ in try await statusReport() }
        router.get("/healthz") { _, _ in try await health() }
        router.get("/metrics") { _, _ in
            Response.text(
                metrics.text(hook: status.hook, rateLimit: rateLimit.remaining),
                contentType: "text/plain; version=0.0.4; charset=utf-8")
        }
    }

    private func statusReport() async throws -> Response {
        do {
            return try await .json(report())
        } catch let error as Store.Failed {
            return try .json(ErrorBody(error: "the store does not work: \(error)"), status: 503)
        }
    }

    private func report() async throws -> StatusReport {
        let branch = configuration.branch
        let deployments = try await store.deployments(of: branch, limit: 20)
        return StatusReport(
            engine: status.engine, hook: status.hook,
            lastDelivery: try await store.deliveries(limit: 1).first,
            current: deployments.last { !$0.stage.isFinal },
            last: deployments.first { $0.stage.isFinal },
            lastSucceeded: try await store.lastSucceeded(of: branch))
    }

    /// Well is an engine whose store answers: what GitHub or Marathon do is not its health.
    private func health() async throws -> Response {
        do {
            try await store.check()
            return try .json(Health(status: "ok"))
        } catch {
            return try .json(ErrorBody(error: "the store does not work: \(error)"), status: 503)
        }
    }
}
