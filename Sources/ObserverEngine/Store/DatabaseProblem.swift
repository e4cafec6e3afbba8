import GRDB

extension DatabaseError {
    /// Why the database can't be opened and what to do, for an operator.
    /// Source: https://sqlite.org/rescode.html
    var openingProblem: String {
        switch extendedResultCode {
        case .SQLITE_IOERR_SHMOPEN, .SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_SHMLOCK, .SQLITE_IOERR_SHMMAP:
            return Self.withoutSharedMemory
        case .SQLITE_IOERR_LOCK, .SQLITE_IOERR_UNLOCK, .SQLITE_IOERR_RDLOCK, .SQLITE_IOERR_CHECKRESERVEDLOCK:
            return Self.withoutLocks
        default: break
        }
        switch resultCode.primaryResultCode {
        case .SQLITE_PROTOCOL, .SQLITE_NOLFS: return Self.withoutLocks
        case .SQLITE_ERROR where message?.contains("WAL") ?? false: return Self.withoutSharedMemory
        case .SQLITE_BUSY, .SQLITE_LOCKED: return "another program keeps it locked. Stop that program."
        case .SQLITE_FULL: return "the disk is full. Free disk space, or choose another directory with -state."
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH:
            return "it is not writable (\(text)). Fix its permissions, or choose another directory with -state."
        case .SQLITE_IOERR:
            return "the disk reports an error or is full (\(text)). Free disk space, or choose another directory with "
                + "-state."
        default: return "\(text). Choose another directory with -state."
        }
    }

    /// Why it failed while in use, for an operator.
    var usageProblem: String {
        switch resultCode.primaryResultCode {
        case .SQLITE_FULL, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_BUSY:
            openingProblem
        default: "\(self)."
        }
    }

    private var text: String { message ?? "SQLite error \(extendedResultCode.rawValue)" }

    private static let withoutSharedMemory =
        "its file system does not support shared memory, which SQLite needs; network file systems usually do not. "
        + "Choose a directory on a local disk with -state."
    private static let withoutLocks =
        "its file system does not support locks, which SQLite needs; network file systems often do not. "
        + "Choose a directory on a local disk with -state."
}
