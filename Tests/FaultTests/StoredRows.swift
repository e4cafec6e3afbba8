import Foundation
import Subprocess
import SystemPackage

/// What is in the database, read from outside by SQLite's own program.
struct StoredRows {
    struct Row: Decodable {
        let guid: String
        /// Of the deployment that the delivery brought about.
        let stage: String?
        let outcome: String?
    }

    let deliveries: [Row]

    /// - Parameter directory: The state directory of an observer that has ended.
    init(in directory: String) async throws {
        let query = """
            SELECT delivery.guid, deployment.stage, deployment.outcome FROM delivery
            LEFT JOIN deployment ON deployment.id = delivery.deployment WHERE delivery.event = 'push'
            """
        let result = try await Subprocess.run(
            .name("sqlite3"), arguments: ["-json", directory + "/observer.sqlite", query],
            output: .bytes(limit: 64 * 1024 * 1024), error: .string(limit: 64 * 1024))
        struct Unreadable: Error { let said: String? }
        guard result.terminationStatus.isSuccess else { throw Unreadable(said: result.standardError) }
        let json = Data(result.standardOutput)
        deliveries = json.isEmpty ? [] : try JSONDecoder().decode([Row].self, from: json)
    }
}
