import Foundation
import GRDB

/// The stored log of each deployment.
extension Store {
    /// Lines of one deployment beyond this are dropped: an endless output must not fill the disk.
    package static let logLimit: Int64 = 20_000

    /// Appends lines to the log of a deployment, numbered on.
    package func append(_ lines: [LogLine], to deployment: Int64) async throws {
        let stored = try await write { database in
            let last = try Int64.fetchOne(
                database, sql: "SELECT MAX(sequence) FROM log_line WHERE deployment = ?", arguments: [deployment])
            let free = max(0, Self.logLimit - (last ?? 0))
            let insert = try database.cachedStatement(
                sql: "INSERT INTO log_line (deployment, sequence, at, level, verb, text) VALUES (?, ?, ?, ?, ?, ?)")
            return try lines.prefix(Int(free)).enumerated().map { offset, line in
                var stored = line
                stored.sequence = (last ?? 0) + 1 + Int64(offset)
                try insert.execute(arguments: [
                    deployment, stored.sequence, line.at.timeIntervalSince1970, line.level.rawValue, line.verb,
                    line.text,
                ])
                return stored
            }
        }
        feed.post(stored.map { EngineChange.log($0) })
    }

    /// The log of a deployment, oldest first, from the line after `sequence` on.
    package func log(of deployment: Int64, after sequence: Int64 = 0, limit: Int = 10_000) async throws -> [LogLine] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM log_line WHERE deployment = ? AND sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [deployment, sequence, limit]
            ).map { row in
                LogLine(
                    sequence: row["sequence"], at: Date(timeIntervalSince1970: row["at"]),
                    level: LogLine.Level(rawValue: row["level"]) ?? .info, verb: row["verb"], text: row["text"],
                    deployment: deployment)
            }
        }
    }
}
