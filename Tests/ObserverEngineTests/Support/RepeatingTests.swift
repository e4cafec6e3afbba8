import ObserverEngine
import Synchronization
import Testing

@Suite("Repeating")
struct RepeatingTests {
    private struct Failure: Error {}

    @Test("ends with the error of the body")
    func failing() async {
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
        continuation.yield()
        await #expect(throws: Failure.self) {
            try await withTimeout(.seconds(20)) {
                try await repeating(after: { .seconds(3600) }, orOn: signals) { throw Failure() }
            }
        }
    }

    @Test("runs after each pause without a signal")
    func pauses() async {
        let runs = Mutex(0)
        await #expect(throws: Failure.self) {
            try await repeating(after: { .milliseconds(1) }, orOn: AsyncStream { _ in }) {
                if runs.withLock({
                    $0 += 1; return $0
                }) == 3 {
                    throw Failure()
                }
            }
        }
    }
}
