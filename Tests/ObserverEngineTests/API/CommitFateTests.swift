import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Why a commit does or does not run")
struct CommitFateTests {
    private let commit: CommitID
    private let newer: CommitID

    init() throws {
        commit = try Sample.commit(1)
        newer = try Sample.commit(2)
    }

    private func row(
        _ id: Int64, _ stage: Deployment.Stage, of number: Int = 1, outcome: String? = nil,
        _ change: (inout Deployment) -> Void = { _ in }
    ) throws -> Deployment {
        var row = Deployment(
            id: id, request: try Sample.request(number), queuedAt: Sample.now, stage: stage,
            startedAt: stage == .queued ? nil : Sample.now,
            finishedAt: stage.isFinal ? Sample.now : nil, outcome: outcome)
        change(&row)
        return row
    }

    private func fate(_ rows: [Deployment], _ change: (inout CommitFate.Facts) -> Void = { _ in }) -> CommitFate {
        var facts = CommitFate.Facts(commit: commit)
        facts.deployments = rows
        facts.last = rows.first { $0.stage == .succeeded }
        change(&facts)
        return CommitFate(facts)
    }

    private func runs(_ commit: CommitID) -> AppsReport {
        AppsReport(running: .init(id: commit.description), readAt: Sample.now)
    }

    @Test("a commit that the target reports runs, also if a later try of it failed")
    func running() throws {
        let success = try row(1, .succeeded)
        #expect(fate([success]) { $0.apps = runs(commit) }.answer == "It runs.")
        let again = fate([try row(2, .failed, outcome: "no"), success]) { $0.apps = runs(commit) }
        #expect(again.state == .running)
        #expect(again.answer == "It runs. Deployment 2 of the same commit failed since then.")
        let blocked = fate([try row(2, .cancelled, outcome: "no"), success]) {
            ($0.apps, $0.isHead, $0.blocked) = (runs(commit), true, "Head 1aaaaaa is not deployed.")
        }
        let sentence = "It runs. Deployment 2 of the same commit was cancelled since then."
        #expect(blocked.answer == "\(sentence) Run 'observer deploy' to try it again.")
    }

    @Test("a correction of drift that failed does not count once a later one has succeeded")
    func corrected() throws {
        let success = try row(1, .succeeded)
        let failed = try row(2, .failed, outcome: "no") { $0.request.trigger = .drift }
        let corrected = try row(3, .succeeded) { $0.request.trigger = .drift }
        let facts = { (facts: inout CommitFate.Facts) in (facts.apps, facts.last) = (runs(commit), success) }
        #expect(fate([corrected, failed, success], facts).answer == "It runs.")
        let sentence = "It runs. Deployment 2 of the same commit failed since then."
        #expect(fate([failed, success], facts).answer == sentence)
    }

    @Test("a commit runs because of a deployment whose changes were not undone", arguments: [1, nil] as [Int64?])
    func left(last: Int64?) throws {
        for (stage, predicate) in [(Deployment.Stage.cancelled, "was cancelled"), (.failed, "failed")] {
            let left = try row(35, stage, outcome: "x") { $0.leavesChanges = true }
            let answer = fate([left]) {
                $0.apps = runs(commit)
                $0.last = last.flatMap { try? row($0, .succeeded, of: 2) }
            }
            #expect(answer.state == .running)
            #expect(answer.answer == "It runs, although deployment 35 \(predicate): its changes were not undone.")
        }
    }

    @Test("what the target does not report is not stated")
    func deployed() throws {
        let success = try row(1, .succeeded)
        let away = fate([success]) {
            $0.apps = runs(commit)
            $0.apps.problem = "503"
        }
        #expect(away.state == .deployed)
        #expect(away.answer == "Deployment 1 deployed it last. It is unknown whether it is running.")
        #expect(fate([success]).answer == "Deployment 1 deployed it last.")
        let checked = fate([success]) { $0.apps.check = .init(isHealthy: false, at: Sample.now) }
        #expect(checked.answer == "Deployment 1 deployed it last. It is not healthy.")
        let other = fate([success]) { $0.apps = runs(newer) }
        #expect(other.answer == "Deployment 1 deployed it last, but the target runs something else.")
    }

    @Test("a deployment in progress explains what it waits for")
    func inProgress() throws {
        #expect(fate([try row(3, .applying)]).answer == "Deployment 3 is running.")
        let trouble = try row(3, .waiting) { $0.trouble = "Marathon is not working: status 503" }
        #expect(fate([trouble]).answer == "Deployment 3 is running: Marathon is not working: status 503.")
        for rule in DeploymentWait.Rule.allCases {
            let waiting = fate([try row(3, .queued) { $0.wait = .init(rule, "for \(rule.rawValue)") }])
            let remedy = rule == .approval ? " Run 'observer approve 3' or 'observer reject 3'." : ""
            #expect(waiting.state == .waiting && waiting.answer == "Deployment 3 waits: for \(rule.rawValue).\(remedy)")
        }
        let queued = fate([try row(3, .queued)])
        #expect(queued.answer == "Deployment 3 waits: another one is running or about to start.")
        let refused = fate([try row(3, .queued)]) { $0.problem = "Can't authenticate at GitHub: status 401." }
        #expect(refused.answer == "Deployment 3 waits: Can't authenticate at GitHub: status 401.")
    }

    @Test("a retry names its time, the deployment that failed, and why")
    func retry() throws {
        let failed = try row(2, .failed, outcome: "Marathon does not respond") { $0.retry = 3 }
        let reason = "it retries deployment 2, which failed: Marathon does not respond."
        let retry = fate([try row(3, .queued) { $0.notBefore = Sample.now }, failed])
        #expect(retry.state == .waiting && retry.answer == "Deployment 3 waits until 2027-01-15T08:00:00Z: \(reason)")
        let paused = try row(3, .queued) {
            $0.notBefore = Sample.now
            $0.wait = .init(.pause, "deployments are paused by root")
        }
        #expect(fate([paused, failed]).answer == "Deployment 3 waits: deployments are paused by root; \(reason)")
        let pruned = fate([try row(3, .queued) { $0.notBefore = Sample.now }])
        #expect(pruned.answer.hasSuffix("08:00:00Z: it retries the previous deployment, which failed."))
    }

    @Test("after the last retry, the number of retries is stated")
    func retries() throws {
        let last = try row(7, .failed, outcome: "No response.") { $0.request.attempt = RetryPlan.limit + 1 }
        #expect(
            fate([last]) { $0.isHead = true }.answer
                == "It does not run: deployment 7 failed: No response. All 5 retries failed. "
                + "Run 'observer deploy' to try it again.")
        let earlier = try row(7, .failed, outcome: "No response.") { $0.request.attempt = RetryPlan.limit }
        #expect(fate([earlier]).answer == "It does not run: deployment 7 failed: No response.")
    }

    @Test("a rejected plan and checks that did not pass are named, and the next step")
    func rules() throws {
        let rejected = try row(4, .cancelled, outcome: "Rejected by dave: too big. Nothing was applied.") {
            $0.ending = .rejected(by: "dave", reason: "too big")
        }
        #expect(fate([rejected]).answer == "It does not run: deployment 4 was rejected by dave: too big.")
        #expect(
            fate([rejected]) { $0.isHead = true }.answer.hasSuffix(
                "too big. Push again, or run 'observer deploy' to deploy it."))
        let request = try Sample.request(1)
        let unchecked = Deployment(
            id: 4, request: request, queuedAt: Sample.now, stage: .failed, finishedAt: Sample.now,
            outcome: "Check test failed. Nothing was applied.")
        #expect(
            fate([unchecked]) { $0.isHead = true }.answer
                == "It does not run: deployment 4 failed: Check test failed. Nothing was applied. "
                + "It is deployed once its checks pass. Push a fix, or run the checks again.")
        let held = fate([unchecked]) {
            ($0.isHead, $0.hold) = (true, HoldSummary(commit: newer, cause: .rollback, deployment: 3))
        }
        #expect(held.answer.contains("Nothing was applied. The branch is on hold at 2aaaaaa"))
    }

    @Test("a replaced head names the first success of another commit after it, and what blocks it")
    func replaced() throws {
        let block = "Head 1aaaaaa is not deployed: deployment 12 was cancelled. Push again."
        let answer = fate([try row(12, .cancelled, outcome: "Cancelled by root."), try row(10, .succeeded)]) {
            $0.last = try? row(13, .succeeded, of: 3)
            $0.replacement = try? row(11, .succeeded, of: 2) {
                $0.request.trigger = .rollback
                $0.request.requestedBy = "root"
            }
            ($0.isHead, $0.blocked) = (true, block)
        }
        #expect(answer.state == .replaced)
        #expect(
            answer.answer
                == "It ran after deployment 10, until deployment 11 (rollback by root) deployed 2aaaaaa. \(block)")
    }

    @Test("the first later success of another commit replaces a commit")
    func replacement() async throws {
        try await withStore { store in
            let success = try await store.run(1, to: .succeeded)
            _ = try await store.run(1, to: .succeeded)
            _ = try await store.run(2, to: .failed)
            let next = try await store.run(3, to: .succeeded)
            let last = try await store.run(4, to: .succeeded)
            #expect(try await store.replacement(of: success, on: Sample.branch)?.id == next.id)
            #expect(try await store.replacement(of: last, on: Sample.branch) == nil)
        }
    }

    @Test("an unsuccessful deployment is named with its outcome and one full stop")
    func ended() throws {
        let failed = try row(4, .failed, outcome: "Not healthy")
        #expect(fate([failed]).answer == "It does not run: deployment 4 failed: Not healthy.")
        #expect(
            fate([try row(4, .failed, outcome: "No apps.")]) { $0.isHead = true }.answer
                == "It does not run: deployment 4 failed: No apps. Run 'observer deploy' to try it again."
        )
        let cancelled = fate([try row(4, .cancelled, outcome: "by ann")])
        #expect(cancelled.state == .cancelled && cancelled.answer.hasSuffix("deployment 4 was cancelled: by ann."))
        let row4 = try row(4, .superseded, outcome: "superseded by deployment 5 (2aaaaaa)") {
            $0.ending = .superseded(by: 5, of: newer)
        }
        let superseded = fate([row4])
        #expect(superseded.answer == "It does not run: deployment 4 was superseded by deployment 5 (2aaaaaa).")
        let moved = fate([try row(4, .superseded, outcome: "branch dcos now points at 2aaaaaa")])
        #expect(moved.answer == "It does not run: deployment 4 was superseded: branch dcos now points at 2aaaaaa.")
        let replaced = fate([try row(4, .succeeded)]) {
            $0.last = try? row(6, .succeeded, of: 2)
            $0.replacement = $0.last
        }
        #expect(replaced.state == .replaced)
        #expect(replaced.answer == "It ran after deployment 4, until deployment 6 deployed 2aaaaaa.")
        var hold = HoldSummary(commit: newer, cause: .rollback, deployment: 6)
        (hold.by, hold.reason) = ("ann", "bad latency")
        let back = fate([try row(4, .succeeded)]) {
            $0.last = try? row(6, .succeeded, of: 2) {
                $0.request.trigger = .rollback
                $0.request.requestedBy = "ann"
            }
            $0.replacement = $0.last
            ($0.hold, $0.isHead) = (hold, true)
        }
        #expect(
            back.answer
                == "It ran after deployment 4, until deployment 6 (rollback by ann) deployed 2aaaaaa. The branch is on hold "
                + "at \(hold.summary) until the next push or 'observer resume'.")
        #expect(back.answer.count(of: "bad latency") == 1)
    }

    @Test("a skipped head names the rule, the commit that should run, and how to deploy it anyway")
    func skipped() {
        let message = fate([]) { ($0.skip, $0.wanted) = (.message, newer) }
        #expect(message.state == .skipped)
        let expected =
            "It needs no deployment: the message of the head commit contains [skip deploy]. "
            + "The last commit that needed a deployment, 2aaaaaa, should run. Run 'observer deploy 1aaaaaa' to deploy it."
        #expect(message.answer == expected)
        let paths = fate([]) { $0.skip = .paths }
        #expect(paths.answer.contains("no changed file matches -paths. No commit before it is known."))
    }

    @Test("without a deployment the hold, the obstacle or the verdict on the push is the reason")
    func without() {
        let hold = HoldSummary(commit: newer, cause: .rollback, deployment: 3)
        let held = fate([]) { ($0.hold, $0.isHead, $0.blocked) = (hold, true, "Head is not deployed: on hold.") }
        #expect(held.state == .held && held.answer == "Head is not deployed: on hold.")
        let ignored = fate([]) {
            $0.deliveries = [
                DeliverySummary(id: 1, guid: "g", event: "push", receivedAt: Sample.now, verdict: .ignored) {
                    $0.reason = "branch main is not watched"
                }
            ]
        }
        #expect(ignored.answer == "Its push was ignored, and not deployed: branch main is not watched.")
        #expect(fate([]).state == .unknown)
        #expect(fate([]) { $0.isHead = true }.answer.hasSuffix("has not deployed it yet."))
    }
}

extension String {
    fileprivate func count(of words: String) -> Int { components(separatedBy: words).count - 1 }
}

@Suite("GET /v1/commit")
struct CommitHistoryTests {
    @Test("a commit has its pushes, its deployments and the answer, by the beginning of its id too")
    func commit() async throws {
        try await withObserver { world in
            let control = try await world.control()
            let push = try await world.gitHub.push(files: Files.helloWorld, message: "Hello")
            try await world.deployment(of: push.after, in: .succeeded)
            let skipped = try await world.gitHub.push(files: ["readme": "x"], message: "Not yet [skip deploy]")
            try await world.log.wait(for: "[skip deploy]")
            let running = try await control.history(ofCommit: push.after.shortCommit)
            #expect(running.state == .running && running.id == push.after && running.message == "Hello")
            #expect(running.deliveries.count == 1 && running.deployments.map(\.stage) == [.succeeded])
            #expect(running.since != nil)
            let head = try await control.history(ofCommit: "head")
            #expect(head.state == .skipped && head.id == skipped.after && head.wanted == push.after)
            world.marathon.setLeaderless(true)
            #expect(try await control.history(ofCommit: push.after).state == .deployed)
        }
    }

    @Test("a commit that was pushed to another branch only has that push")
    func otherBranch() async throws {
        try await withObserver { world in
            try await world.deploy(Files.helloWorld)
            let push = try await world.gitHub.push(files: ["readme": "x"], branch: "feature")
            let control = try await world.control()
            let history = try await withTimeout(.testTimeout) { () -> CommitHistory in
                while true {
                    let history = try await control.history(ofCommit: "feature")
                    if !history.deliveries.isEmpty { return history }
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            #expect(history.id == push.after && history.state == .skipped)
            #expect(history.deliveries.map(\.branch) == ["feature"])
            #expect(history.answer == "Its push was ignored: branch feature is not watched.")
        }
    }

    @Test("a head whose push has not arrived is the head")
    func unannounced() async throws {
        try await withObserver(ObserverSetup { $0.flags[.poll] = "0" }) { world in
            try await world.deploy(Files.helloWorld)
            let push = try await world.gitHub.push(files: ["readme": "x"], deliver: false)
            let head = try await world.control().history(ofCommit: "head")
            #expect(head.id == push.after)
            #expect(head.answer == "This observer received no push of it and has not deployed it yet.")
        }
    }

    @Test("while GitHub does not respond, a name is not called missing")
    func gitHubAway() async throws {
        try await withObserver { world in
            try await world.deploy(Files.helloWorld)
            for path in ["branches", "commits"] {
                world.gitHub.inject(
                    Fault(.get, "/repos/mhausenblas/s4d/\(path)/*", effect: .status(500, body: "{}")))
            }
            let failure = try await refusal { try await world.control().history(ofCommit: "feature") }
            #expect(failure?.status == 409)
            #expect(failure?.description.contains("GitHub could not be asked") == true)
        }
    }

    @Test("an unknown commit is 404, an impossible one 422")
    func unknown() async throws {
        try await withObserver { world in
            let control = try await world.control()
            for (ref, status) in [
                ("abcd", 404), (String(repeating: "a", count: 41), 422), ("no\nsuch", 422), ("nosuch", 404),
            ] {
                let failure = await #expect(throws: ControlClient.Failure.self) {
                    try await control.history(ofCommit: ref)
                }
                #expect(failure?.status == status, "\(ref)")
            }
        }
    }
}
