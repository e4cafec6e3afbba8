import GRDB

/// The branch of a row, in every table. GitHub ignores the case of owners and repositories, so the queries do, and so do the
/// indexes: a row is found again after the settings are written with other capitals.
struct BranchKey {
    /// Each column is compared as the indexes compare it; otherwise SQLite could not use them.
    static let condition = "owner = ? COLLATE NOCASE AND repository = ? COLLATE NOCASE AND branch = ?"
    /// The values of the condition, or of the columns `owner, repository, branch` of a new row.
    let arguments: StatementArguments

    init(of branch: WatchedBranch) {
        arguments = [branch.repository.owner, branch.repository.name, branch.name]
    }

    /// The condition for a row of the same branch as the one of another table in the query.
    static func condition(sameAs table: String) -> String {
        "owner = \(table).owner COLLATE NOCASE AND repository = \(table).repository COLLATE NOCASE "
            + "AND branch = \(table).branch"
    }
}
