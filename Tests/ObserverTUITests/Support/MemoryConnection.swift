import ObserverEngine
import Synchronization

@testable import ObserverTUI

/// An observer in memory: tests send its events and check the requests.
final class MemoryConnection: ControlConnection {
    private struct State {
        var listener: AsyncThrowingStream<ControlEvent, any Error>.Continuation?
        var connections = 0
        var actions: [ControlAction] = []
        var snapshot: ControlSnapshot
    }

    private let state: Mutex<State>

    init(_ snapshot: ControlSnapshot = Sample.snapshot) {
        state = Mutex(State(snapshot: snapshot))
    }

    var actions: [ControlAction] { state.withLock { $0.actions } }
    var connections: Int { state.withLock { $0.connections } }

    func send(_ event: ControlEvent) { _ = state.withLock { $0.listener?.yield(event) } }

    func drop(_ error: any Error) { state.withLock { $0.listener?.finish(throwing: error) } }

    func events() -> AsyncThrowingStream<ControlEvent, any Error> {
        let (stream, continuation) = AsyncThrowingStream<ControlEvent, any Error>.makeStream()
        state.withLock {
            $0.connections += 1
            $0.listener = continuation
            continuation.yield(.snapshot($0.snapshot))
        }
        return stream
    }

    func perform(_ action: ControlAction) async throws -> String {
        state.withLock { $0.actions.append(action) }
        if case .replay = action { throw ControlRefusal(sentence: "The delivery no longer exists.") }
        return "Done."
    }

    func delivery(_ id: Int64) async throws -> DeliveryDetail { Sample.deliveryDetail }
    func deployment(_ id: Int64) async throws -> DeploymentDetail { Sample.deploymentDetail }
    func log(ofDeployment id: Int64) async throws -> [LogLine] { Sample.deploymentLog }
    func deliveries(before id: Int64) async throws -> [DeliverySummary] { [Sample.delivery(0, 1e6, "Ancient")] }
    func deployments(before id: Int64) async throws -> [DeploymentSummary] { [] }
}
