import NIOPosix
import Synchronization

/// Runs work that may block its thread: files, terminals, long computations. The threads of the concurrency pool are as few
/// as the processors, so blocking two of them may stop everything else.
package enum BlockingWork {
    /// Whether the task that waits for the work has been cancelled.
    package final class Cancellation: Sendable {
        private let isCancelled = Atomic(false)

        fileprivate func set() { isCancelled.store(true, ordering: .relaxed) }

        /// - Throws: `CancellationError`
        package func check() throws {
            if isCancelled.load(ordering: .relaxed) { throw CancellationError() }
        }
    }

    /// The work is carried out even if the task is cancelled.
    package static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            NIOThreadPool.singleton.submit { _ in continuation.resume(with: Result(catching: work)) }
        }
    }

    /// For long work, which has to check for cancellation itself.
    package static func run<Value: Sendable>(
        _ work: @escaping @Sendable (Cancellation) throws -> Value
    ) async throws -> Value {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await run { try work(cancellation) }
        } onCancel: {
            cancellation.set()
        }
    }
}
