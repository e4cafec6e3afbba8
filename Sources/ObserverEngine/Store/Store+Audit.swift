import Foundation
import GRDB

/// The record of the actions of operators.
extension Store {
    /// Records an action before it is performed, so that no action is unrecorded.
    /// - Returns: The entry with its ID, and without secrets.
    func begin(_ entry: AuditEntry) async throws -> AuditEntry {
        let entry = entry.redacted(by: redactor)
        return try await write { database in
            var stored = entry
            try stored.insert(database)
            stored.id = database.lastInsertedRowID
            return stored
        } publishing: {
            [.audit($0)]
        }
    }

    /// Records the result of an action.
    func end(_ entry: AuditEntry) async throws {
        let entry = entry.redacted(by: redactor)
        _ = try await write { database -> AuditEntry? in
            // Its row may be gone with the database.
            try entry.updateIfPresent(in: database) ? entry : nil
        } publishing: {
            $0.map { [.audit($0)] } ?? []
        }
    }

    /// Newest first.
    /// - Parameter id: Only those before this one.
    package func audit(before id: Int64? = nil, limit: Int) async throws -> [AuditEntry] {
        try await read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?")
            return try AuditEntry.fetchAll(statement, arguments: [id ?? .max, limit])
        }
    }
}

extension Store {
    /// How many actions about one deployment are read.
    private static let auditLimit = 50

    /// The actions about a deployment, newest first.
    func audit(of deployment: Int64) async throws -> [AuditEntry] {
        try await read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT * FROM audit WHERE deployment = ? ORDER BY id DESC LIMIT ?")
            return try AuditEntry.fetchAll(statement, arguments: [deployment, Self.auditLimit])
        }
    }
}

extension AuditEntry: FetchableRecord, PersistableRecord {
    static let databaseTableName = "audit"

    /// A value that can't be read is replaced: one damaged row must not hide the others.
    init(row: Row) {
        let by = Operator(
            name: row["name"], role: Operator.Role(rawValue: row["role"]) ?? .read, origin: row["origin"],
            login: row["login"], claim: row["claim"])
        self.init(
            id: row["id"], at: Date(timeIntervalSince1970: row["at"]), by: by, action: row["action"],
            result: Result(rawValue: row["result"]) ?? .started)
        subject = row["subject"]
        reason = row["reason"]
        answer = row["answer"]
        deployment = row["deployment"]
    }

    func encode(to container: inout PersistenceContainer) {
        container["id"] = id == 0 ? nil : id
        container["at"] = at.timeIntervalSince1970
        container["name"] = by.name
        container["role"] = by.role.rawValue
        container["origin"] = by.origin
        container["login"] = by.login
        container["claim"] = by.claim
        container["action"] = action
        container["subject"] = subject
        container["reason"] = reason
        container["result"] = result.rawValue
        container["answer"] = answer
        container["deployment"] = deployment
    }

    /// - Returns: Whether the row exists and is of the same action: ids start again from 1 in a new database.
    fileprivate func updateIfPresent(in database: Database) throws -> Bool {
        guard let stored = try AuditEntry.fetchOne(database, key: id), stored.by == by, stored.action == action else {
            return false
        }
        try update(database)
        return true
    }

    /// Without secrets, and with long texts cut, as it may be stored.
    fileprivate func redacted(by redactor: Redactor) -> AuditEntry {
        var clean = self
        clean.subject = redactor.redact(subject, toBytes: TextLimit.ref)
        clean.reason = reason.map { redactor.redact(typed: $0).beginning(ofBytes: TextLimit.ref) }
        clean.answer = redactor.redact(answer, toBytes: TextLimit.message)
        return clean
    }
}
