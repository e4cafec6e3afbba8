import Dispatch
import Testing

/// Runs tests on threads of their own. Debug builds of the parser compute for seconds without a pause: on the threads of
/// the concurrency pool, which are as few as the processors, they would delay the simulated servers of all other tests.
struct SeparateThreads: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(QueueExecutor.shared) { try await function() }
    }
}

extension Trait where Self == SeparateThreads {
    static var onSeparateThreads: SeparateThreads { SeparateThreads() }
}

private final class QueueExecutor: TaskExecutor {
    static let shared = QueueExecutor()

    private let queue = DispatchQueue(label: "parser", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
