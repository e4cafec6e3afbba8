import NIOPosix
import Synchronization

/// Runs work that may block its thread: files, terminals, long computations. The threads of the concurrency pool are as few
/// as the processors, so blocking two of them may stop everything else.
///
/// Long work has threads of its own: every TLS connection and every request with a token waits for short work, whose threads
/// are as few as the processors, too.
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

    /// Enough for a deployment, its rollback and the reading of another commit, each of which works on one tree at a time,
    /// and for a few names of users that a directory service is asked for.
    static let longThreads = 8

    /// Like the shared pool it is never stopped, because any work may still need it.
    private static let longPool: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: longThreads)
        pool.start()
        return pool
    }()

    /// For work that takes milliseconds, such as reading a small file. It is carried out even if the task is cancelled.
    package static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await submit(work, to: .singleton)
    }

    /// For work on archives and whole trees, and for work that waits for a user or a remote service. It is carried out even if
    /// the task is cancelled.
    package static func runLong<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await submit(work, to: longPool)
    }

    /// For long work that checks for cancellation itself.
    package static func runLong<Value: Sendable>(
        _ work: @escaping @Sendable (Cancellation) throws -> Value
    ) async throws -> Value {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await runLong { try work(cancellation) }
        } onCancel: {
            cancellation.set()
        }
    }

    private static func submit<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value, to pool: NIOThreadPool
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            pool.submit { _ in continuation.resume(with: Result(catching: work)) }
        }
    }
}
