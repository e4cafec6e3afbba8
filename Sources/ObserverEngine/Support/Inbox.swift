/// Orders that a service carries out one after the other, each with its answer.
package struct Inbox<Order: Sendable, Answer: Sendable>: Sendable {
    package struct Item: Sendable {
        package let order: Order
        fileprivate let answer: Latch<Result<Answer, any Error>>

        /// Answers the one who ordered.
        package func settle(_ result: Result<Answer, any Error>) {
            answer.set(result)
        }
    }

    /// What the service reads.
    package let items: AsyncStream<Item>
    private let continuation: AsyncStream<Item>.Continuation

    package init() {
        (items, continuation) = AsyncStream.makeStream()
    }

    /// - Throws: What the service answers; `CancellationError` where it is no longer there.
    package func order(_ order: Order) async throws -> Answer {
        let answer = Latch<Result<Answer, any Error>>()
        guard case .enqueued = continuation.yield(Item(order: order, answer: answer)) else {
            throw CancellationError()
        }
        return try await answer.get().get()
    }

    package func close() {
        continuation.finish()
    }
}
