import NIOCore
import Synchronization

/// The current secret of the webhook. A secret that is derived from the access token changes with it; the previous ones
/// stay valid until the first delivery that is signed with the newest.
package final class WebhookSecrets: Sendable {
    private struct State {
        var current: WebhookSignature
        /// Newest first.
        var previous: [WebhookSignature] = []
    }

    /// Each makes the check of a wrong signature longer.
    private static let limit = 4

    private let state: Mutex<State>
    private let rotated: AsyncStream<Void>.Continuation

    /// Signals a new secret, which GitHub must be given.
    package let rotations: AsyncStream<Void>

    package init(_ secret: Secret) {
        state = Mutex(State(current: WebhookSignature(secret: secret)))
        (rotations, rotated) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package var current: Secret { state.withLock(\.current.secret) }

    package func rotate(to secret: Secret) {
        state.withLock { state in
            guard state.current.secret != secret else { return }
            let previous = [state.current] + state.previous.filter { $0.secret != secret }
            state = State(
                current: WebhookSignature(secret: secret), previous: Array(previous.prefix(Self.limit)))
        }
        rotated.yield()
    }

    /// Whether the header is a signature of the body with a valid secret.
    func isValid(_ header: String, of body: ByteBuffer) -> Bool {
        let (current, previous) = state.withLock { ($0.current, $0.previous) }
        if current.isValid(header, of: body) {
            if !previous.isEmpty {
                // The secret may have changed meanwhile.
                state.withLock { if $0.current.secret == current.secret { $0.previous = [] } }
            }
            return true
        }
        return previous.contains { $0.isValid(header, of: body) }
    }
}
