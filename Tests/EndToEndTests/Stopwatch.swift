import Synchronization

/// Measures the time since something started.
final class Stopwatch: Sendable {
    private let started = Mutex(ContinuousClock.now)

    func start() { started.withLock { $0 = .now } }

    var elapsed: Duration { .now - started.withLock(\.self) }
}
