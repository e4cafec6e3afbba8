import Synchronization

/// How long ago something began.
final class Stopwatch: Sendable {
    private let began = Mutex(ContinuousClock.now)

    func start() { began.withLock { $0 = .now } }

    var elapsed: Duration { .now - began.withLock(\.self) }
}
