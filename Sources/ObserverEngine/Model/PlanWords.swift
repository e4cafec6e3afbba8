/// The words of a plan, which commands and the dashboard share.
extension PlanReport.Commit {
    /// "a1b2c3d  Make the buttons bigger"
    package var title: String { [id.shortCommit, message].compactMap(\.self).joined(separator: "  ") }
}

extension PlanReport {
    /// "a1b2c3d  Make the buttons bigger", or "apps of several commits: a1b2c3d, 5dc9656"; nil if nothing is known to run.
    package var runningTitle: String? {
        if let running { return running.title }
        guard let commits = runningCommits else { return nil }
        let shown = commits.prefix(5).map(\.shortCommit)
        let more = commits.count > shown.count ? " and \(commits.count - shown.count) more" : ""
        return "apps of several commits: \(shown.joined(separator: ", "))\(more)"
    }
}

extension PlanReport.Problem {
    /// "specs/web.json:12", as editors and CI recognize it.
    package var place: String { file + (line.map { ":\($0)" } ?? "") }
    /// "/mem: must not be negative"
    package var sentence: String { [pointer, message].filter { !$0.isEmpty }.joined(separator: ": ") }
}

extension AppChange {
    /// "updated, 2 tasks restart", or "updated, no field differs"; a service of Compose is "updated, 1 container is replaced"
    package var sentence: String {
        let restart = restarts.map { count in
            appID.hasPrefix("/")
                ? count == 1 ? "1 task restarts" : "\(count) tasks restart"
                : count == 1 ? "1 container is replaced" : "\(count) containers are replaced"
        }
        // Written otherwise, or forced.
        let same = kind == .updated && fields.isEmpty && appID.hasPrefix("/") ? "no field differs" : nil
        let owner = takenOverFrom.map { "taken over from the dploy app \($0)" }
        return [kind.words, same, restart, owner].compactMap(\.self).joined(separator: ", ")
    }
}

extension AppChange.Field {
    /// "32 → 64"
    package var values: String { "\(before ?? "absent") → \(after ?? "absent")" }
}

extension AppChange.Kind {
    package var words: String {
        switch self {
        case .created, .updated, .unchanged, .removed: rawValue
        case .orphaned: "stays, but is in no spec (-prune removes it)"
        }
    }

    package var sign: String {
        switch self {
        case .created: "+"
        case .updated: "~"
        case .unchanged: "="
        case .removed: "-"
        case .orphaned: "?"
        }
    }
}
