import Dispatch
package import Testing

/// Runs tests on a queue of their own. Debug builds of parsers compute for seconds without a pause: on the threads of the
/// concurrency pool, which are as few as the processors, they would delay the simulated servers of all other tests.
///
/// On the queue one test computes at a time, so another processor remains for the servers. A test that is suspended does not
/// keep the next one from computing.
package struct ComputingQueue: SuiteTrait, TestTrait, TestScoping {
    package let isRecursive = true

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(QueueExecutor.shared) { try await function() }
    }
}

extension Trait where Self == ComputingQueue {
    /// For tests that compute for more than half a second. Servers that they start would wait for the queue, too.
    package static var onComputingQueue: ComputingQueue { ComputingQueue() }
}

private final class QueueExecutor: TaskExecutor {
    static let shared = QueueExecutor()

    private let queue = DispatchQueue(label: "computing")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
