import Foundation
import Synchronization

/// The current personal access token: its file may be replaced at run time.
package final class AccessToken: Sendable {
    private struct State {
        var token: Secret
        /// The problem with the content of the file, as the end of a sentence.
        var flaw: String?
    }

    private static let settlingTime = Duration.milliseconds(100)

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
        let text: String
        do {
            text = try await Self.settledContent(of: file, known: current.value)
        } catch is CancellationError {
            return
        } catch {
            let reason = (error as? BoundedFile.Problem)?.reason ?? "\(error)"
            return state.withLock { $0.flaw = "can't be read: \(reason)." }
        }
        let flaw = PersonalAccessToken.flaw(in: text)
        state.withLock { $0.flaw = flaw }
        let found = Secret(text)
        guard flaw == nil, found != current else { return }
        willChange(found)
        state.withLock { $0.token = found }
        didChange(found)
    }

    /// The content of the file without blanks around it. A program may be writing it: content that is not known counts only
    /// once it has stayed the same for a moment.
    private static func settledContent(of file: String, known: String) async throws -> String {
        var content = try await content(of: file)
        for _ in 0..<10 where content != known {
            try await Task.sleep(for: settlingTime)
            let again = try await Self.content(of: file)
            if again == content { break }
            content = again
        }
        return content
    }

    private static func content(of file: String) async throws -> String {
        let bytes = try await BlockingWork.run { try PersonalAccessToken.content(ofFile: file) }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func noteRefusal() {
        refused.yield()
    }
}
