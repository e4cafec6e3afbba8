package import Simulators

/// Waits with `observer deployments -watch` until a deployment of a commit meets the condition, and returns its row.
/// - Parameters:
///   - environment: Selects the observer.
///   - directory: The working directory.
@discardableResult
package func waitForDeployment(
    of commit: String, environment: [String: String], directory: String,
    where isMet: @escaping @Sendable (JSON) -> Bool
) async throws -> JSON {
    let found = Awaitable(JSON.null)
    _ = try await withObserverProcess(
        arguments: ["deployments", "-watch", "-json"], environment: environment, directory: directory
    ) { watch in
        let row = try await watch.output.wait(for: "the deployment of \(commit.prefix(7))") { line -> JSON? in
            guard let row = try? JSON(parsing: Array(line.utf8)), row["commit"]?.string == commit, isMet(row) else {
                // `nil` alone would be JSON's null.
                return Optional.none
            }
            return row
        }
        found.change { $0 = row }
        watch.interrupt()
    }
    return found.value
}
