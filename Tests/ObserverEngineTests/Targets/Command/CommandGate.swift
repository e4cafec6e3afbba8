import Foundation
import ObserverEngine
import Simulators

/// A shell command that waits for the test.
struct CommandGate: Sendable {
    private let path: String

    init() throws { path = try temporaryDirectory() + "/gate" }

    var command: String { "touch \(path).reached; until test -e \(path).open; do sleep 0.1; done" }

    /// Waits until the command runs.
    func reached() async throws {
        try await withTimeout(.testTimeout) { [file = path + ".reached"] in
            while !FileManager.default.fileExists(atPath: file) { try await Task.sleep(for: .milliseconds(10)) }
        }
    }

    /// Lets the command end.
    func open() throws { try Data().write(to: URL(filePath: path + ".open")) }
}
