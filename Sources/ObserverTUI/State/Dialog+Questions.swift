import Foundation
import ObserverEngine

/// The confirmations of the actions: consequence, commits and apps.
extension Dialog {
    static func removeHook(id: Int, of engine: EngineState, at now: Date) -> Dialog {
        Dialog(
            Wording(
                title: "Remove the webhook",
                question: "Remove webhook #\(id) from \(engine.fullName)? \(engine.pushesWithoutWebhook)",
                brief: "Remove webhook #\(id)?", verb: "Remove"),
            isDestructive: true, requiredWord: "remove", consequence: .action(.removeHook(id: id)), at: now)
    }

    static func deploy(in mirror: EngineMirror, at now: Date) -> Dialog {
        let branch = mirror.engine.branch
        let question =
            mirror.apps?.isSupported == false
            ? "Run the deploy command for the head of \(branch)?"
            : "Deploy the head of \(branch)? Unchanged apps are not touched."
        let (from, since) = runs(mirror)
        return Dialog(
            Wording(
                title: "Deploy the head", question: question,
                brief: mirror.endedHold == nil ? "Deploy the head?" : "Deploy the head and end the hold?",
                verb: "Deploy", briefest: mirror.endedHold == nil ? "Deploy the head?" : "Deploy and end hold?",
                circumstances: [mirror.endedHold, mirror.pause, mirror.supersededDeployments].compactMap(\.self)),
            facts: since,
            plan: PlanBody(of: nil, from: from, to: head(mirror), basis: PlanBasis(of: nil, in: mirror)),
            consequence: .action(.deploy(commit: nil, force: false, seenHead: mirror.lastSeenHead?.id)), at: now)
    }

    static func rollback(to target: DeploymentSummary, in mirror: EngineMirror, at now: Date) -> Dialog {
        let other = mirror.otherVersion(replacedBy: target)
        let (from, since) = runs(mirror, before: other)
        let end = mirror.engine.hold?.until == .resume ? "an operator ends the hold" : "the next push"
        let superseded = mirror.runningDeployment.map {
            " \($0.commit.shortCommit) \($0.effect); the rollback starts once that has ended or can be stopped."
        }
        return Dialog(
            Wording(
                title: "Roll back",
                question: "Roll back to \(target.commit.shortCommit)? Automatic deployments of \(mirror.engine.branch) "
                    + "are then on hold until \(end).\(superseded ?? "")",
                brief: "Roll back to \(target.commit.shortCommit) and hold?", verb: "Roll back",
                briefest: "Roll back and hold?",
                circumstances: [mirror.pause, mirror.supersededDeployments].compactMap(\.self)),
            facts: since,
            plan: PlanBody(
                of: target.commit, from: from, to: Fact(to: .init(id: target.commit, message: target.message)),
                replacing: other?.commit.shortCommit, basis: PlanBasis(of: target.commit, in: mirror)),
            isDestructive: true,
            consequence: .action(.rollback(deployment: target.id, seenCurrent: mirror.deployments.newest?.id)), at: now)
    }

    static func replay(_ delivery: DeliverySummary, in mirror: EngineMirror, at now: Date) -> Dialog {
        let push = "\(delivery.event) \(describe(delivery.commit, delivery.message))"
        let head = mirror.lastSeenHead?.id
        let other = head.flatMap { $0 == delivery.commit ? nil : ", last seen at \($0.shortCommit)" }
        return Dialog(
            Wording(
                title: "Replay delivery",
                question: "Replay this delivery? Its commit is deployed if it is still the head of "
                    + "\(mirror.engine.branch); otherwise the head is deployed\(other ?? "").",
                brief: "Replay this push?", verb: "Replay", circumstances: [mirror.pause].compactMap(\.self)),
            facts: allRuns(mirror) + [
                Fact(label: "delivery", value: push, rank: 0, brief: delivery.commit?.shortCommit)
            ],
            consequence: .action(.replay(delivery: delivery.id)), at: now)
    }

    static func cancel(_ deployment: DeploymentSummary, in mirror: EngineMirror, at now: Date) -> Dialog {
        let hold = mirror.engine.hold?.sentenceOnCancelling(deploymentOf: deployment.commit).map { " \($0)" } ?? ""
        return Dialog(
            Wording(
                title: "Cancel deployment",
                question: "Cancel the deployment of \(deployment.commit.shortCommit)? "
                    + "\(deployment.sentenceOnCancelling)\(hold)",
                brief: "Cancel \(deployment.commit.shortCommit)?", verb: "Cancel deployment", changedVerb: "Cancel it"),
            facts: allRuns(mirror) + [
                Fact(
                    label: "commit", value: describe(deployment.commit, deployment.message), rank: 0,
                    brief: deployment.commit.shortCommit)
            ],
            isDestructive: true, consequence: .action(.cancel(deployment: deployment.id)), at: now)
    }

    /// nil if deployments are not paused.
    static func endPause(in mirror: EngineMirror, at now: Date) -> Dialog? {
        guard mirror.engine.isPaused else { return nil }
        let pause = mirror.engine.pause
        let author = pause?.by.map { " by \($0)" } ?? ""
        let reason = pause?.reason.map { " (\($0.headline))" } ?? ""
        return Dialog(
            Wording(
                title: "End the pause",
                question: "End the pause\(author)\(reason)? Pushes are then deployed unless another rule forbids it.",
                brief: "End the pause\(author)?", verb: "Resume", briefest: "End the pause?",
                circumstances: [mirror.pausedDeployment].compactMap(\.self)),
            facts: allRuns(mirror), isDestructive: true, consequence: .action(.resume(ending: .pause)), at: now)
    }

    /// nil if there is no hold.
    static func endHold(in mirror: EngineMirror, at now: Date) -> Dialog? {
        guard let commit = mirror.engine.heldAt else { return nil }
        let seen = mirror.lastSeenHead.map { ", last seen at \($0.id.shortCommit)," }
        return Dialog(
            Wording(
                title: "End the hold",
                question: "End the hold at \(mirror.engine.hold?.summary ?? commit.shortCommit)? "
                    + "The head of \(mirror.engine.branch)\(seen ?? "") is then deployed unless a rule forbids it.",
                brief: "End the hold at \(commit.shortCommit)?", verb: "Resume", briefest: "End the hold?",
                circumstances: [mirror.pause].compactMap(\.self)),
            facts: allRuns(mirror) + [head(mirror)], isDestructive: true, consequence: .action(.resume(ending: .hold)),
            at: now)
    }

    /// nil if the watched repository has its name.
    static func acceptRepository(of engine: EngineState, at now: Date) -> Dialog? {
        guard let id = engine.otherRepositoryID else { return nil }
        let known = engine.repositoryID.map { " instead of \($0)" } ?? ""
        return Dialog(
            Wording(
                title: "Accept another repository",
                question: "Accept the repository that is now \(engine.fullName)? "
                    + "Its GitHub ID is \(id)\(known). Queued deployments then start.",
                brief: "Accept repository \(id)?", verb: "Accept"),
            isDestructive: true, consequence: .action(.acceptRepository(id: id)), at: now)
    }

    /// nil if the deployment does not await approval.
    static func approve(_ detail: DeploymentDetail, in mirror: EngineMirror, at now: Date) -> Dialog? {
        let row = detail.summary
        guard let plan = row.plan else { return nil }
        let (from, since) = runs(mirror)
        let brief = "Approve deployment \(row.id) of \(row.commit.shortCommit)?"
        return Dialog(
            Wording(
                title: "Approve the plan",
                question: "\(brief) "
                    + "If its changes are different when it is applied, it must be approved again.",
                brief: brief, verb: "Approve", briefest: "Approve the plan?",
                circumstances: [mirror.pause].compactMap(\.self)),
            facts: since,
            plan: PlanBody(of: detail, from: from, basis: PlanBasis(of: row.commit, in: mirror), at: now),
            isDestructive: true, consequence: .action(.approve(deployment: row.id, plan: plan)), at: now)
    }

    static func quit(branch: String?, at now: Date) -> Dialog {
        Dialog(
            Wording(
                title: "Quit",
                question: "Quit? The observer runs in this process and stops with it: pushes to "
                    + "\(branch ?? "the branch") are not deployed until it is started again.",
                brief: "Quit and stop the observer?", verb: "Quit"),
            isDestructive: true, consequence: .quit, at: now)
    }

    static func suspend(branch: String?, at now: Date) -> Dialog {
        Dialog(
            Wording(
                title: "Suspend",
                question: "Suspend? The observer runs in this process, and stops too. Until you type fg, pushes to "
                    + "\(branch ?? "the branch") are not received.",
                brief: "Suspend the observer too?", verb: "Suspend"),
            isDestructive: true, consequence: .suspend, at: now)
    }

    /// The commit that runs now; if that is not certain, the last one that was deployed. Then what happened
    /// since.
    /// - Parameter other: The deployment since then that the answer replaces.
    private static func runs(
        _ mirror: EngineMirror, before other: DeploymentSummary? = nil
    ) -> (from: Fact, since: [Fact]) {
        let version = RunningVersion(mirror)
        let isCertain = version.source == .target || version.newer == nil && version.source == .deployments
        let from = Fact(
            label: isCertain ? Fact.runsNow : version.source == .earlierReport ? Fact.lastSeen : "deployed",
            value: version.commit.map(\.title) ?? "unknown", rank: 1, brief: version.commit?.id.shortCommit)
        let running = version.newer.flatMap { $0.isRunning ? $0 : nil }
        guard let row = running ?? other ?? (version.source == .target ? nil : version.disturbance) else {
            return (from, [])
        }
        let label = row.stage.isFinal ? "then" : "now"
        return (from, [Fact(label: label, value: "\(row.commit.shortCommit) \(row.effect)", rank: 2)])
    }

    /// The head of the branch as far as it is known.
    private static func head(_ mirror: EngineMirror) -> Fact {
        guard let head = mirror.lastSeenHead else {
            return Fact(label: "to", value: "head of the branch", rank: 0, brief: "head")
        }
        return Fact(label: "to", value: "head, last seen at \(head.title)", rank: 0, brief: head.id.shortCommit)
    }

    private static func allRuns(_ mirror: EngineMirror) -> [Fact] {
        let (from, since) = runs(mirror)
        return [from] + since
    }

    private static func describe(_ commit: String?, _ message: String?) -> String {
        [commit?.shortCommit, message].compactMap { $0 }.joined(separator: "  ")
    }
}

extension EngineState {
    var fullName: String { "\(owner)/\(repository)" }
}
