package import Foundation

extension GitHubSimulator {
    /// A run of a check, as GitHub Actions and other apps create it.
    package struct CheckRun: Sendable, Hashable, Identifiable {
        package let id: Int
        package let suite: Int
        package let commit: String
        package let name: String
        /// nil while it is in progress.
        package internal(set) var conclusion: String?
        package let startedAt: Date
        package internal(set) var completedAt: Date?
    }

    /// Starts a run of a check, instead of an earlier one of the same name. No event is sent before its suite is complete.
    @discardableResult
    package func startCheck(_ name: String, of commit: String) -> CheckRun {
        state.change { state in
            let suite = state.checkRuns.last { $0.commit == commit }?.suite ?? state.nextID()
            let run = CheckRun(
                id: state.nextID(), suite: suite, commit: commit, name: name, startedAt: Date())
            state.checkRuns.append(run)
            return run
        }
    }

    /// Completes the newest run of a check, which is started if there is none. If all of the suite are complete, the hooks are
    /// notified.
    package func completeCheck(_ name: String, of commit: String, _ conclusion: String = "success") async {
        let isKnown = state.value.checkRuns.contains { $0.commit == commit && $0.name == name && $0.conclusion == nil }
        if !isKnown { startCheck(name, of: commit) }
        let runs = state.change { state in
            if let index = state.checkRuns.lastIndex(where: { $0.commit == commit && $0.name == name }) {
                state.checkRuns[index].conclusion = conclusion
                state.checkRuns[index].completedAt = Date()
            }
            return state.newestRuns(of: commit)
        }
        guard runs.allSatisfy({ $0.conclusion != nil }) else { return }
        await notify("check_suite", documents.suitePayload(of: commit, runs))
    }

    /// Reports a commit status of another program.
    package func report(_ state: String, _ context: String, of commit: String, url: String? = nil) async {
        let status = self.state.change { known in
            let status = CommitStatus(
                id: known.nextID(), commit: commit, state: state, context: context, description: nil, targetURL: url,
                createdAt: Date())
            known.statuses.append(status)
            return status
        }
        await notify("status", documents.statusPayload(status))
    }

    /// Makes branch protection require these checks; nil ends the protection.
    package func requireChecks(_ names: [String]?, of branch: String? = nil) {
        state.change { $0.requiredChecks[branch ?? options.branch] = names }
    }

    /// Makes rulesets require these checks, one list for each ruleset.
    package func setRulesets(_ checks: [[String]], of branch: String? = nil) {
        state.change { $0.rulesets[branch ?? options.branch] = checks }
    }
}

extension GitHubSimulator.State {
    /// The newest run of each check of a commit.
    func newestRuns(of commit: String) -> [GitHubSimulator.CheckRun] {
        let runs = checkRuns.filter { $0.commit == commit }
        return Dictionary(runs.map { ($0.name, $0) }) { $1 }.values.sorted { $0.id < $1.id }
    }
}

extension Endpoint {
    static let checks: [Endpoint] = [
        Endpoint(.get, "/repos/{owner}/{repo}/commits/{ref...}/check-runs", .checks) { gitHub, call in
            let commit = try await gitHub.existingCommit(call.parameter("ref"))
            let runs =
                call.request.query("filter") == "all"
                ? gitHub.state.value.checkRuns.filter { $0.commit == commit }
                : gitHub.state.value.newestRuns(of: commit)
            let page = Page(of: runs, call.request, base: gitHub.url)
            return .json(
                [
                    "total_count": .integer(runs.count),
                    "check_runs": .array(page.elements.map(call.documents.checkRun)),
                ], headers: page.headers)
        },
        Endpoint(
            .get, "/repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks", .administration
        ) { gitHub, call in
            guard let names = gitHub.state.value.requiredChecks[call.parameter("branch")] else {
                throw GitHubErrorResponse(404, "Branch not protected")
            }
            let branch = "\(call.documents.repositoryURL)/branches/\(call.parameter("branch"))"
            let url = "\(branch)/protection/required_status_checks"
            return .json([
                "url": .string(url), "strict": false, "contexts": JSON(strings: names),
                "contexts_url": .string("\(url)/contexts"),
            ])
        },
        Endpoint(.get, "/repos/{owner}/{repo}/rules/branches/{branch}", .metadata) { gitHub, call in
            // It responds for branches that do not exist, too.
            let rulesets = gitHub.state.value.rulesets[call.parameter("branch")] ?? []
            let rules = rulesets.enumerated().flatMap { index, names in
                [
                    call.documents.deletionRule(ofRuleset: index),
                    call.documents.rule(requiring: names, ofRuleset: index),
                ]
            }
            let page = Page(of: rules, call.request, base: gitHub.url)
            return .json(.array(page.elements), headers: page.headers)
        },
    ]
}

extension Documents {
    func checkRun(_ run: GitHubSimulator.CheckRun) -> JSON {
        let url = "\(repositoryURL)/check-runs/\(run.id)"
        return [
            "id": .integer(run.id), "node_id": nodeID("CR", run.id), "head_sha": .string(run.commit),
            "name": .string(run.name), "url": .string(url), "html_url": .string("\(htmlURL)/runs/\(run.id)"),
            "details_url": .string("\(htmlURL)/runs/\(run.id)"),
            "status": run.conclusion == nil ? "in_progress" : "completed", "conclusion": JSON(run.conclusion),
            "started_at": .string(Timestamp.seconds(run.startedAt)),
            "completed_at": JSON(run.completedAt.map(Timestamp.seconds)), "external_id": "",
            "check_suite": ["id": .integer(run.suite)], "app": nil, "pull_requests": [],
            "output": [
                "title": nil, "summary": nil, "text": nil, "annotations_count": 0,
                "annotations_url": .string("\(url)/annotations"),
            ],
        ]
    }

    /// Source: https://docs.github.com/rest/repos/rules
    func rule(requiring checks: [String], ofRuleset id: Int) -> JSON {
        deletionRule(ofRuleset: id).merging([
            "type": "required_status_checks",
            "parameters": [
                "strict_required_status_checks_policy": false, "do_not_enforce_on_create": false,
                "required_status_checks": .array(checks.map { ["context": .string($0)] }),
            ],
        ])
    }

    /// A rule without parameters.
    func deletionRule(ofRuleset id: Int) -> JSON {
        [
            "type": "deletion", "ruleset_source_type": "Repository", "ruleset_source": .string("\(owner)/\(name)"),
            "ruleset_id": .integer(id + 1),
        ]
    }

    func suitePayload(of commit: String, _ runs: [GitHubSimulator.CheckRun]) -> JSON {
        let hasFailed = runs.contains { !["success", "neutral", "skipped"].contains($0.conclusion ?? "") }
        return [
            "action": "completed",
            "check_suite": [
                "id": .integer(runs.first?.suite ?? 0), "head_branch": .string(options.branch),
                "head_sha": .string(commit), "status": "completed", "conclusion": hasFailed ? "failure" : "success",
                "latest_check_runs_count": .integer(runs.count),
            ],
            "repository": webhookRepository(inPush: false), "sender": user(options.pusher.login),
        ]
    }

    func statusPayload(_ status: GitHubSimulator.CommitStatus) -> JSON {
        let moment = JSON.string(Timestamp.seconds(status.createdAt))
        return [
            "id": .integer(status.id), "sha": .string(status.commit), "name": .string("\(owner)/\(name)"),
            "target_url": JSON(status.targetURL), "context": .string(status.context),
            "description": JSON(status.description), "state": .string(status.state), "branches": [],
            "created_at": moment, "updated_at": moment,
            "repository": webhookRepository(inPush: false), "sender": user(options.pusher.login),
        ]
    }
}
