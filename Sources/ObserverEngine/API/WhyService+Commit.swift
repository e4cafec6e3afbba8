extension WhyService {
    /// The rows that are searched for a commit.
    private static let searchedRows = 500

    /// The history of a commit.
    /// - Parameter text: A reference as an operator types it.
    /// - Throws: `ControlError`; what the store throws.
    func commit(_ text: String) async throws -> CommitHistory {
        let reference = try CommitReference(typed: text)
        let branch = status.branch
        let deliveries = try await store.deliveries(limit: Self.searchedRows)
        let known = try await store.deployments(of: branch, limit: Self.searchedRows)
        let state = try await store.branchState(of: branch)
        let found = try await find(reference, among: known, deliveries)
        let id = found.id
        let own = deliveries.filter { $0.commit == id }
        let watched = own.filter { $0.branch == branch.name }
        let report = await apps.report()
        let skipped = try await store.skipped(id, of: branch)
        var facts = CommitFate.Facts(commit: id, branch: branch.name)
        facts.deployments = try await store.deployments(of: id, on: branch)
        // Where only another branch was pushed, that is why it does not run.
        facts.deliveries = (watched.isEmpty ? own : watched).map { DeliverySummary($0) }
        (facts.skip, facts.wanted) = (skipped?.skip, skipped?.wanted)
        facts.last = try await store.lastSucceededAsWhole(of: branch)
        if let success = facts.deployments.first(where: { $0.stage == .succeeded }) {
            facts.replacement = try await store.replacement(of: success, on: branch)
        }
        (facts.apps, facts.hold) = (report, status.engine.hold)
        // Only the head that this observer knows is blocked.
        let isKnownHead = state.head.map { $0 == id }
        (facts.isPaused, facts.blocked) = (state.isPaused, isKnownHead == false ? nil : status.engine.blocked)
        facts.problem = status.engine.problem
        facts.isHead = isKnownHead == true || found.isHead == true
        let fate = CommitFate(facts)
        let info = found.info ?? facts.deployments.first?.request.commit
        return CommitHistory(id: id.description, state: fate.state, answer: store.redactor.redact(fate.answer)) {
            $0.message = info?.message?.firstLine ?? facts.deliveries.first?.message
            $0.author = info?.author ?? facts.deliveries.first?.author
            $0.wanted = skipped?.wanted?.description
            $0.deliveries = own.reversed().map { DeliverySummary($0) }
            $0.deployments = facts.deployments.reversed().map { DeploymentSummary($0) }
            $0.since = fate.state == .running ? report.since : nil
        }
    }

    private struct Found {
        let id: CommitID
        var info: CommitInfo?
        /// nil where GitHub was not asked.
        var isHead: Bool?
    }

    /// Among the known commits, or on GitHub.
    private func find(
        _ reference: CommitReference, among deployments: [Deployment], _ deliveries: [Delivery]
    ) async throws -> Found {
        switch reference {
        case .id(let id) where deployments.contains { $0.commit == id } || deliveries.contains { $0.commit == id }:
            return Found(id: id)
        case .beginning(let text):
            let all = Set(deployments.map(\.commit) + deliveries.compactMap(\.commit))
            let matching = all.filter { $0.description.hasPrefix(text.lowercased()) }
            if matching.count == 1, let only = matching.first { return Found(id: only) }
            if matching.count > 1 {
                throw ControlError.impossible("Several commits begin with \(text); give more digits.")
            }
        case .id, .head, .name: break
        }
        do {
            let resolved = try await commits.resolve(reference)
            return Found(id: resolved.commit.id, info: resolved.commit, isHead: resolved.isHead)
        } catch let unknown as CommitResolver.Unknown {
            throw ControlError.missing(unknown.description.printable)
        } catch let error as GitHubError {
            // It may exist, so that this is not a missing commit.
            throw ControlError.conflict(
                "\("\(reference)".printable) is not known here, and GitHub could not be asked. \(error)")
        }
    }
}
