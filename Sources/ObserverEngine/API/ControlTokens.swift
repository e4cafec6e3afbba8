package import Logging
import Synchronization

/// The tokens that open the control API: the admin token, and those of a file, which is read again when it changes.
package final class ControlTokens: Sendable {
    private struct State {
        var tokens: [ControlToken]
        var stamp: FileStamp?
    }

    private let admin: [ControlToken]
    private let path: String?
    private let logger: Logger
    private let state: Mutex<State>

    /// - Parameter path: The file of `-tokens`.
    /// - Throws: `TokenFile.Unusable` if the file can't be read or has an invalid line.
    package init(admin: Secret?, path: String?, logger: Logger) throws(TokenFile.Unusable) {
        self.admin = admin.map { [ControlToken(name: ControlToken.admin, role: .admin, token: $0)] } ?? []
        self.path = path
        self.logger = logger
        var state = State(tokens: [])
        if let path {
            // Before reading, so that a later change is detected the next time.
            state.stamp = FileStamp(path: path)
            let content = try TokenFile.read(path)
            guard content.problems.isEmpty else {
                throw TokenFile.Unusable(description: content.problems.joined(separator: "\n"))
            }
            state.tokens = content.tokens
        }
        self.state = Mutex(state)
    }

    /// Whether there is a way into the control API at all.
    package var isOpen: Bool { !admin.isEmpty || path != nil }

    /// The token that a client sent; nil if it is not one of these.
    func owner(of sent: String) async -> ControlToken? {
        if let path {
            // Reading never fails: invalid lines open nothing.
            try? await BlockingWork.run { self.reload(path) }
        }
        return (admin + state.withLock(\.tokens)).matching(sent)
    }

    /// Reads the file again if it has changed. Blocks the thread. A line that can't be read opens nothing, and neither does a
    /// file that is gone: an operator who removes a token wants it to be useless at once.
    private func reload(_ path: String) {
        // Before reading, so that a later change is detected the next time.
        let stamp = FileStamp(path: path)
        guard stamp != state.withLock(\.stamp) else { return }
        do throws(TokenFile.Unusable) {
            let content = try TokenFile.read(path)
            guard replace(with: content.tokens, of: stamp) else { return }
            for problem in content.problems { logger.error("\(problem) The line is ignored.") }
            let count = content.tokens.count
            logger.info("Reloaded \(count == 1 ? "1 token" : "\(count) tokens") from \(path)")
        } catch {
            guard replace(with: [], of: stamp) else { return }
            logger.error("\(error) Only the admin token is accepted until the file is readable.")
        }
    }

    /// - Returns: false if another request has read this version of the file.
    private func replace(with tokens: [ControlToken], of stamp: FileStamp?) -> Bool {
        state.withLock { state in
            guard stamp != state.stamp else { return false }
            (state.tokens, state.stamp) = (tokens, stamp)
            return true
        }
    }
}
