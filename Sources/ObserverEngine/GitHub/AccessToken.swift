import Foundation
import Synchronization

/// The personal access token as it is right now: it may be replaced in its file while we run.
package final class AccessToken: Sendable {
    private let token: Mutex<Secret>
    private let file: String?
    private let refused: AsyncStream<Void>.Continuation
    private let willChange: @Sendable (Secret) -> Void
    private let didChange: @Sendable (Secret) -> Void

    /// Says that GitHub refused it; several refusals that nobody has heard of yet are said once.
    package let refusals: AsyncStream<Void>

    /// - Parameters:
    ///   - file: Where it was read from; nil where it was given by a flag or a variable.
    ///   - willChange: Called with the new token before it is used.
    ///   - didChange: Called with the new token once it is the one that is used.
    package init(
        _ token: Secret, file: String?, willChange: @escaping @Sendable (Secret) -> Void = { _ in },
        didChange: @escaping @Sendable (Secret) -> Void = { _ in }
    ) {
        self.token = Mutex(token)
        self.file = file
        self.willChange = willChange
        self.didChange = didChange
        (refusals, refused) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package var current: Secret { token.withLock(\.self) }

    /// What an operator has to do about one that GitHub refuses.
    package var remedy: String {
        file.map { "Put a new one into \($0); it is taken up without a restart." }
            ?? "Start again with a new one; from a file (-pat-file) it would be taken up without a restart."
    }

    /// Reads its file again.
    /// - Returns: Whether it is another one now.
    func reload() -> Bool {
        guard let file, let content = FileManager.default.contents(atPath: file) else { return false }
        let found = Secret(String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        guard !found.value.isEmpty, found != current else { return false }
        willChange(found)
        token.withLock { $0 = found }
        didChange(found)
        return true
    }

    func noteRefusal() {
        refused.yield()
    }
}
