import Foundation
import Synchronization

/// The personal access token as it is right now: it may be replaced in its file while we run.
package final class AccessToken: Sendable {
    private struct State {
        var token: Secret
        /// What is wrong with the content of the file, as the end of a sentence.
        var flaw: String?
    }

    private let state: Mutex<State>
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
        state = Mutex(State(token: token))
        self.file = file
        self.willChange = willChange
        self.didChange = didChange
        (refusals, refused) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package var current: Secret { state.withLock(\.token) }

    /// What an operator has to do about one that GitHub refuses.
    package var remedy: String {
        guard let file else {
            return "Start again with a new one; from a file (-pat-file) it would be taken up without a restart."
        }
        let flaw = state.withLock(\.flaw).map { "The file \(file) \($0) " } ?? ""
        return flaw + "Put a new one into \(file); it is taken up without a restart."
    }

    /// Reads its file again, after GitHub has refused the one that was used.
    /// - Returns: Whether there is another one now.
    func isRenewed(since used: Secret) -> Bool {
        reload()
        return current != used
    }

    private func reload() {
        guard let file else { return }
        guard let content = FileManager.default.contents(atPath: file) else {
            return state.withLock { $0.flaw = "can't be read." }
        }
        let text = String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        let flaw = PersonalAccessToken.flaw(in: text)
        state.withLock { $0.flaw = flaw }
        let found = Secret(text)
        guard flaw == nil, found != current else { return }
        willChange(found)
        state.withLock { $0.token = found }
        didChange(found)
    }

    func noteRefusal() {
        refused.yield()
    }
}
