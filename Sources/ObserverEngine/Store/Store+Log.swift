import Foundation
import GRDB
import Synchronization

/// The stored log of each deployment.
extension Store {
    /// Lines of one deployment beyond this are dropped, so that endless output cannot fill the disk.
    package static let logLimit: Int64 = 20_000
    /// Bytes of one deployment beyond this are dropped, too.
    package static let logByteLimit = 8 * 1024 * 1024

    /// Appends numbered lines to the log of a deployment. The deployment does not wait for the disk.
    package func append(_ lines: [LogLine], to deployment: Int64) async throws {
        _ = try await write(.crash) { [self] database in
            var size = try size(ofLogOf: deployment, in: database)
            let insert = try database.cachedStatement(
                sql: "INSERT INTO log_line (deployment, sequence, at, level, verb, text) VALUES (?, ?, ?, ?, ?, ?)")
            var stored: [LogLine] = []
            for var line in lines where size.allows(line) {
                size.add(line)
                line.sequence = size.last
                try insert.execute(arguments: [
                    deployment, line.sequence, line.at.timeIntervalSince1970, line.level.rawValue, line.verb, line.text,
                ])
                stored.append(line)
            }
            logSize.withLock { [size] in $0 = size }
            return stored
        } publishing: { stored in
            stored.map { .log($0) }
        }
    }

    private func size(ofLogOf deployment: Int64, in database: Database) throws -> LogSize {
        let last = try Int64.fetchOne(
            database, sql: "SELECT MAX(sequence) FROM log_line WHERE deployment = ?", arguments: [deployment])
        // Summing up takes long; the size is known unless another writer appended lines.
        if let known = logSize.withLock(\.self), known.deployment == deployment, known.last == last { return known }
        let bytes = try Int.fetchOne(
            database, sql: "SELECT SUM(LENGTH(CAST(text AS BLOB))) FROM log_line WHERE deployment = ?",
            arguments: [deployment])
        return LogSize(deployment: deployment, last: last ?? 0, bytes: bytes ?? 0)
    }

    /// The log of a deployment, oldest first, after the line `sequence`.
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

/// The size of the stored log of a deployment.
struct LogSize: Sendable {
    let deployment: Int64
    /// The number of its last line.
    private(set) var last: Int64
    private var bytes: Int

    init(deployment: Int64, last: Int64, bytes: Int) {
        (self.deployment, self.last, self.bytes) = (deployment, last, bytes)
    }

    func allows(_ line: LogLine) -> Bool {
        last < Store.logLimit && bytes + line.text.utf8.count <= Store.logByteLimit
    }

    mutating func add(_ line: LogLine) {
        last += 1
        bytes += line.text.utf8.count
    }
}
