import Foundation

/// The files that a push changes, according to its delivery.
enum PushedFiles {
    /// GitHub lists at most this many commits; GitHub Enterprise Server before 3.5 listed 20.
    /// Source: https://docs.github.com/webhooks/webhook-events-and-payloads#push
    private static let fullLists = [20, 2048]
    /// Each is compared with every pattern.
    private static let limit = 10_000

    private struct Payload: Decodable {
        struct Commit: Decodable {
            let added: [String]?
            let removed: [String]?
            let modified: [String]?
        }

        let created: Bool?
        let forced: Bool?
        let commits: [Commit]?
    }

    /// - Returns: nil if the delivery does not list all of them: the branch is new or was moved by force, or the list is
    ///   cut off.
    static func list(in json: Data) -> [String]? {
        guard let payload = try? JSONDecoder().decode(Payload.self, from: json), payload.created == false,
            payload.forced == false, let commits = payload.commits, !commits.isEmpty,
            !fullLists.contains(commits.count), commits.count < 2048
        else { return nil }
        var files: [String] = []
        for commit in commits {
            guard let added = commit.added, let removed = commit.removed, let modified = commit.modified else {
                return nil
            }
            files += added + removed + modified
            if files.count > limit { return nil }
        }
        return files
    }
}
