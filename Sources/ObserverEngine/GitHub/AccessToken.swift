import Foundation
import Synchronization

/// The current personal access token: its file may be replaced at run time.
package final class AccessToken: Sendable {
    private struct State {
        var token: Secret
        /// The problem with the content of the file, as the end of a sentence.
        var flaw: String?
    }

    private let state: Mutex<State>
    private let file: String?
    private let refused: AsyncStream<Void>.Continuation
    private let willChange: @Sendable (Secret) -> Void
    private let didChange: @Sendable (Secret) -> Void

    /// Signals that GitHub rejected the token; signals that are not read yet are merged.
    package let refusals: AsyncStream<Void>

    /// - Parameters:
    ///   - file: The file it was read from; nil for a flag or a variable.
    ///   - willChange: Called with the new token before it is used.
    ///   - didChange: Called with the new token once it is used.
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

    /// The remedy for a rejected token, as sentences.
    package var remedy: String {
        guard let file else {
            return "Restart with a new token; with -pat-file, a new token is loaded without a restart."
        }
        let flaw = state.withLock(\.flaw).map { "The file \(file) \($0) " } ?? ""
        return flaw + "Write a new token to \(file); it is loaded without a restart."
    }

    /// Reloads its file after GitHub has rejected the token that was used.
    /// - Returns: Whether there is a new one.
    func isRenewed(since used: Secret) async -> Bool {
        await reload()
        return current != used
    }

    private func reload() async {
        guard let file else { return }
        let content: [UInt8]
        do {
            content = try await BlockingWork.run { try PersonalAccessToken.content(ofFile: file) }
        } catch {
            let reason = (error as? BoundedFile.Problem)?.reason ?? "\(error)"
            return state.withLock { $0.flaw = "can't be read: \(reason)." }
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
