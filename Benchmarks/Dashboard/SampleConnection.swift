import ObserverEngine
import ObserverTUI
import Synchronization

/// A connection to an in-memory engine whose events the benchmark sends.
final class SampleConnection: ControlConnection {
    struct Unavailable: Error {}

    private let listener = Mutex<AsyncThrowingStream<ControlEvent, any Error>.Continuation?>(nil)

    func send(_ event: ControlEvent) { _ = listener.withLock { $0?.yield(event) } }

    func events() -> AsyncThrowingStream<ControlEvent, any Error> {
        let (stream, continuation) = AsyncThrowingStream<ControlEvent, any Error>.makeStream()
        continuation.yield(.snapshot(Sample.snapshot))
        listener.withLock { $0 = continuation }
        return stream
    }

    func whoami() async throws -> Operator { Operator(name: "admin", role: .admin, origin: Operator.socket) }
    func audit() async throws -> [AuditEntry] { [] }
    func perform(_ action: ControlAction) async throws -> String { "Done." }
    func delivery(_ id: Int64) async throws -> DeliveryDetail { throw Unavailable() }
    func deployment(_ id: Int64) async throws -> DeploymentDetail { throw Unavailable() }
    func plan(_ ref: String?) async throws -> PlanReport { throw Unavailable() }
    func history(ofApp id: String) async throws -> AppHistory { throw Unavailable() }
    func log(ofDeployment id: Int64) async throws -> [LogLine] { Sample.log }
    func deliveries(before id: Int64) async throws -> [DeliverySummary] { [] }
    func deployments(before id: Int64) async throws -> [DeploymentSummary] { [] }
}
