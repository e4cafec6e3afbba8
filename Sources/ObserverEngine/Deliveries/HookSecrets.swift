import NIOCore
import Synchronization

/// The secret of the webhook as it is right now. Where it follows from the access token it changes with that; what GitHub
/// signed with the former one is still ours, until the first delivery comes that is signed with the new one.
package final class HookSecrets: Sendable {
    private struct State {
        var current: Secret
        var former: Secret?
    }

    private let state: Mutex<State>
    private let rotated: AsyncStream<Void>.Continuation

    /// Says that there is a new one, which GitHub must be given.
    package let rotations: AsyncStream<Void>

    package init(_ secret: Secret) {
        state = Mutex(State(current: secret))
        (rotations, rotated) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package var current: Secret { state.withLock(\.current) }

    package func rotate(to secret: Secret) {
        state.withLock { state in
            guard state.current != secret else { return }
            state = State(current: secret, former: state.current)
        }
        rotated.yield()
    }

    /// Whether the header is a signature of the body by a secret of ours.
    func isValid(_ header: String, of body: ByteBuffer) -> Bool {
        let (current, former) = state.withLock { ($0.current, $0.former) }
        if WebhookSignature(secret: current).isValid(header, of: body) {
            if former != nil { state.withLock { $0.former = nil } }
            return true
        }
        return former.map { WebhookSignature(secret: $0).isValid(header, of: body) } ?? false
    }
}
