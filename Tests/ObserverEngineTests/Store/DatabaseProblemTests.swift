import GRDB
import Testing

@testable import ObserverEngine

@Suite("A database that can't be opened")
struct DatabaseProblemTests {
    @Test(
        "is reported with its cause",
        arguments: [
            (.SQLITE_IOERR_SHMOPEN, "its file system does not support shared memory"),
            (.SQLITE_IOERR_SHMMAP, "its file system does not support shared memory"),
            (.SQLITE_IOERR_LOCK, "its file system does not support locks"),
            (.SQLITE_PROTOCOL, "its file system does not support locks"),
            (.SQLITE_NOLFS, "its file system does not support locks"), (.SQLITE_FULL, "the disk is full"),
            (.SQLITE_READONLY_DIRECTORY, "it is not writable"), (.SQLITE_CANTOPEN, "it is not writable"),
            (.SQLITE_BUSY, "another program keeps it locked"), (.SQLITE_IOERR_WRITE, "the disk reports an error"),
        ] as [(ResultCode, String)])
    func cause(code: ResultCode, text: String) {
        #expect(DatabaseError(resultCode: code).openingProblem.hasPrefix(text))
    }

    @Test("for lack of a write-ahead log is a file system without shared memory")
    func journal() {
        let error = DatabaseError(message: "could not activate WAL Mode at path: /s/observer.sqlite")
        #expect(error.openingProblem.contains("does not support shared memory"))
    }

    @Test("while in use, it names the cause and the remedy, without SQL")
    func usage() {
        let full = DatabaseError(resultCode: .SQLITE_FULL, message: "database or disk is full", sql: "COMMIT")
        #expect(
            Store.Failed(full).description
                == "Database error: the disk is full. Free disk space, or choose another directory with -state.")
    }
}
