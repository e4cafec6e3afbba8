import Foundation
import Glibc

/// State directories with a long history.
enum State {
    /// Creates a state with as many rows, spread over the last year.
    static func make(deployments: Int = 0, deliveries: Int = 0, bodySize: Int = 0) throws -> String {
        let directory = try Program.makeDirectory()
        // Creates the tables.
        try Observed.start(in: directory).stop()
        try sql(
            """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = OFF;
            BEGIN;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(deployments))
            INSERT INTO deployment (owner, repository, branch, commit_id, "trigger", is_forced, stage, queued_at, started_at,
                finished_at, outcome, changes, external_ids)
            SELECT '\(Push.owner)', '\(Push.repository)', 'dcos', printf('%040x', i), 'delivery', 0,
                CASE i % 5 WHEN 0 THEN 'superseded' WHEN 1 THEN 'failed' ELSE 'succeeded' END, \(Self.time("i", of: deployments)),
                \(Self.time("i", of: deployments)), \(Self.time("i", of: deployments)), 'x', '[]', '["a"]'
            FROM n WHERE \(deployments) > 0;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(deliveries))
            INSERT INTO delivery (hook_id, guid, event, received_at, owner, repository, ref, branch, "before", commit_id,
                message, author, pusher, verdict, reason, headers, body, deployment)
            SELECT 1, printf('%08x-0000-4000-8000-000000000000', i), 'push', \(Self.time("i", of: deliveries)),
                '\(Push.owner)', '\(Push.repository)', 'refs/heads/main', 'main', printf('%040x', i - 1), printf('%040x', i),
                'A message', 'octocat', 'octocat', CASE i % 3 WHEN 0 THEN 'ping' ELSE 'ignored' END, 'main is not dcos',
                '[]', randomblob(\(bodySize)), NULL
            FROM n WHERE \(deliveries) > 0;
            COMMIT;
            PRAGMA wal_checkpoint(TRUNCATE);
            """, in: directory)
        return directory
    }

    static func size(of path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
    }

    /// Makes the next start read from the disk.
    static func dropCache(of directory: String) {
        sync()
        for name in ["/observer.sqlite", "/observer.sqlite-wal"] {
            let descriptor = open(directory + name, O_RDONLY)
            guard descriptor >= 0 else { continue }
            posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
            close(descriptor)
        }
    }

    private static func time(_ number: String, of count: Int) -> String {
        "unixepoch() - 31536000 + 31536000 * \(number) / \(max(1, count))"
    }

    private static func sql(_ text: String, in directory: String) throws {
        let program = Process()
        program.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        program.arguments = ["sqlite3", "-bail", directory + "/observer.sqlite"]
        let input = Pipe()
        program.standardInput = input
        program.standardOutput = FileHandle.nullDevice
        try program.run()
        input.fileHandleForWriting.write(Data(text.utf8))
        try input.fileHandleForWriting.close()
        program.waitUntilExit()
        guard program.terminationStatus == 0 else { throw Connection.Failed() }
    }
}
