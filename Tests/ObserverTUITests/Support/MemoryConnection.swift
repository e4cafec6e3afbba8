import ObserverEngine
import Synchronization

@testable import ObserverTUI

/// An observer in memory: tests send its events and check the requests. As with the control API, a stream that was
/// dropped continues with the missed events and the state of the engine, and only a new observer sends a snapshot.
final class MemoryConnection: ControlConnection {
    private struct State {
        var listener: AsyncThrowingStream<ControlEvent, any Error>.Continuation?
        var connections = 0
        var actions: [ControlAction] = []
        var snapshot: ControlSnapshot
        /// nil: the next stream starts with a snapshot.
        var missed: [ControlEvent]?
    }

    private let state: Mutex<State>

    init(_ snapshot: ControlSnapshot = Sample.snapshot) {
        state = Mutex(State(snapshot: snapshot))
    }

    var actions: [ControlAction] { state.withLock { $0.actions } }
    var connections: Int { state.withLock { $0.connections } }

    /// While no stream is open, the event is missed.
    func send(_ event: ControlEvent) {
        state.withLock { state in
            if let listener = state.listener { listener.yield(event) } else { state.missed?.append(event) }
        }
    }

    func drop(_ error: any Error) {
        state.withLock {
            $0.listener?.finish(throwing: error)
            $0.listener = nil
        }
    }

    /// Replaces the observer by a new one, which knows nothing about the stream of the other.
    func restart() {
        state.withLock {
            $0.missed = nil
            $0.snapshot.engine.instance += " restarted"
        }
        drop(ControlRefusal(sentence: "the observer stopped"))
    }

    func events() -> AsyncThrowingStream<ControlEvent, any Error> {
        let (stream, continuation) = AsyncThrowingStream<ControlEvent, any Error>.makeStream()
        state.withLock {
            $0.connections += 1
            $0.listener = continuation
            if let missed = $0.missed {
                for event in missed { continuation.yield(event) }
                continuation.yield(.engine($0.snapshot.engine))
            } else {
                continuation.yield(.snapshot($0.snapshot))
            }
            $0.missed = []
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
