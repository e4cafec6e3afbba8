import Foundation
import ObserverEngine

/// Flags, variables and files of a temporary working directory.
struct GivenSettings: Sendable {
    var flags: [Setting: String] = [:]
    var environment: [String: String] = [:]
    var files: [String: String] = [:]

    /// Just enough to start.
    static let sufficient = GivenSettings(
        environment: [
            "DPLOY_OBSERVER_GITHUB_OWNER": "mhausenblas", "DPLOY_OBSERVER_GITHUB_REPO": "s4d",
            "DPLOY_OBSERVER_GITHUB_PAT": "4simulatedsimulatedsimulatedsimulatedsic", "HOME": "/home/me",
        ])

    func read() throws -> Configuration {
        try inDirectory { directory in
            var reader = ConfigurationReader(
                sources: SettingSources(flags: flags, environment: environment, directory: directory))
            return try reader.read()
        }
    }

    /// The reported problems.
    func problems() throws -> [ConfigurationError.Problem] {
        do {
            _ = try read()
            return []
        } catch let error as ConfigurationError {
            return error.problems
        }
    }

    func inDirectory<Value>(_ body: (_ directory: String) throws -> Value) throws -> Value {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for (name, content) in files {
            try Data(content.utf8).write(to: URL(filePath: directory + "/" + name))
        }
        return try body(directory)
    }
}
