import Foundation
import ObserverEngine

@testable import ObserverTUI

/// The state that most tests show: a push being deployed, a failed push and some ignored deliveries.
enum Sample {
    static let now = Date(timeIntervalSince1970: 1_462_733_071)

    static func ago(_ seconds: Double) -> Date { now.addingTimeInterval(-seconds) }

    static let engine = EngineState(
        branch: WatchedBranch(repository: RepositoryName(owner: "octo", name: "site"), name: "dcos"), version: "0.5.0",
        instance: "first", startedAt: ago(3 * 86400 + 4 * 3600 + 120)
    ) {
        $0.publicNode = "52.37.239.156"
        $0.publicURL = "http://52.37.239.156:8849"
        $0.marathonURL = "http://leader.mesos:8080"
        $0.authentication = .granted
        $0.rateLimitRemaining = 4870
        $0.gitHub.condition = .reachable
        $0.target = DependencyState(name: "Marathon", address: "http://leader.mesos:8080")
        $0.target?.condition = .reachable
        $0.pollSeconds = 60
        $0.deployTimeoutSeconds = 600
    }

    static let admin = Operator(name: "admin", role: .admin, origin: "192.0.2.1")
    static let reader = Operator(name: "grafana", role: .read, origin: "192.0.2.7")

    static let audit: [AuditEntry] = [
        audit(3, 60, by: reader, .deploy(commit: nil, force: false)) {
            $0.result = .denied
            $0.answer = reader.refusal(of: .deploy(commit: nil, force: false))
        },
        audit(2, 300, by: Operator(name: "root", role: .admin, origin: Operator.socket, login: "alice"), .pause()) {
            $0.result = .done
        },
        audit(1, 3600, by: admin, .rollback(deployment: 38, seenCurrent: 39)) {
            $0.result = .done
            $0.deployment = 40
        },
    ]

    private static func audit(
        _ id: Int64, _ age: Double, by caller: Operator, _ action: ControlAction, _ rest: (inout AuditEntry) -> Void
    ) -> AuditEntry {
        var entry = AuditEntry(of: action, by: caller, at: ago(age))
        entry.id = id
        rest(&entry)
        return entry
    }

    static let hook = HookState(registration: .registered, id: 8_321_735, url: "http://52.37.239.156:8849/dploy") {
        $0.events = ["push"]
        $0.contentType = "json"
        $0.isSigned = true
        $0.lastAnswer = 202
        $0.lastDeliveryAt = ago(130)
        $0.lastPingAt = ago(840)
        $0.nextReviewAt = now.addingTimeInterval(170)
    }

    static let deliveries: [DeliverySummary] = [
        delivery(6, 12, commit: "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678", "Make the buttons bigger", deployment: 41),
        delivery(5, 300, commit: "77e0f1234567890abcdef1234567890abcdef123", "Fix typo", deployment: 40),
        delivery(
            4, 660, commit: "09ffab3234567890abcdef1234567890abcdef12", "Try things", branch: "main", .ignored,
            reason: "main is not dcos"),
        delivery(3, 840, event: "ping", nil, .ping),
        delivery(-1, 900, nil, .rejected, reason: "signature does not match"),
        delivery(2, 7300, commit: "3bd9e00234567890abcdef1234567890abcdef12", "Use the new database", deployment: 39),
        delivery(
            1, 180_000, commit: "1c2d3e4234567890abcdef1234567890abcdef12", "First deployment", deployment: 38),
    ]

    static let deployments: [DeploymentSummary] = [
        DeploymentSummary(
            id: 41, branch: "dcos", commit: "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678", trigger: .delivery,
            stage: .waiting, queuedAt: ago(12)
        ) {
            $0.message = "Make the buttons bigger"
            $0.author = "Lena Ruiz"
            $0.startedAt = ago(12)
            $0.delivery = 6
            $0.progress = DeploymentProgress(
                phase: 1, phases: 2,
                steps: [.init(name: "web", done: 3, of: 5), .init(name: "api", done: 2, of: 2)])
            $0.expectedSeconds = 20
            $0.leavesChanges = true
        },
        finished(40, "77e0f1234567890abcdef1234567890abcdef123", "Fix typo", .succeeded, 300, took: 18, delivery: 5),
        finished(
            39, "3bd9e00234567890abcdef1234567890abcdef12", "Use the new database", .failed, 7300, took: 124,
            outcome: "web: unhealthy after 2m: connection refused by db:5432. Rolled back to 1c2d3e4", delivery: 2),
        finished(
            38, "1c2d3e4234567890abcdef1234567890abcdef12", "First deployment", .succeeded, 180_000, took: 31,
            delivery: 1),
    ]

    static let deploymentLog: [LogLine] = [
        line(1, 12, "fetched", "a1b2c3d, 14 files, 31 kB"),
        line(2, 12, "checked", "2 specs: web changed (mem 32 -> 64), api unchanged"),
        line(3, 11, "applied", "Marathon deployment 9f1c2d33-6a5e-4c7b-9d1e-0123456789ab, step 1 of 2"),
        line(4, 2, "waiting", "web 3 of 5 healthy"),
    ]

    static let failureLog: [LogLine] = [
        line(1, 7300, "fetched", "3bd9e00, 14 files, 31 kB", of: 39),
        line(2, 7299, "checked", "2 specs: web changed (env DB_HOST absent -> db), api unchanged", of: 39),
        line(3, 7298, "applied", "Marathon deployment 41aa2b3c-0d1e-4f2a-8b3c-0123456789ab, step 1 of 2", of: 39),
        line(4, 7190, "waiting", "web 0 of 5 healthy", of: 39),
        line(5, 7180, "unhealthy", "web: task failed: connection refused by db:5432", .warning, of: 39),
        line(6, 7177, "failed", "web is not healthy after 2m; nothing else was changed", .error, of: 39),
        line(7, 7176, "restored", "web is back at 1c2d3e4", of: 39),
    ]

    static let deliveryDetail = DeliveryDetail(
        summary: deliveries[0],
        headers: [
            .init(name: "Content-Type", value: "application/json"),
            .init(name: "User-Agent", value: "GitHub-Hookshot/044aadd"),
            .init(name: "X-GitHub-Delivery", value: deliveries[0].guid),
            .init(name: "X-GitHub-Event", value: "push"),
            .init(name: "X-Hub-Signature-256", value: "sha256=6d…c1"),
        ],
        body: #"{"ref":"refs/heads/dcos","before":"77e0f12","after":"a1b2c3d","commits":[{"id":"a1b2c3d","#
            + #""message":"Make the buttons bigger","modified":["specs/web.json"],"added":[]}]}"#)

    static let deploymentDetail = DeploymentDetail(
        summary: deployments[0],
        changes: [
            AppChange(
                appID: "web", kind: .updated,
                fields: [
                    .init(path: "/mem", before: "32", after: "64"),
                    .init(path: "/container/docker/image", before: #""nginx:1.9""#, after: #""nginx:1.10""#),
                    .init(path: "/env/BUTTONS", before: nil, after: #""big""#),
                ]),
            AppChange(appID: "api", kind: .unchanged),
        ],
        externalIDs: ["9f1c2d33-6a5e-4c7b-9d1e-0123456789ab"])

    static let engineLog: [LogLine] = [
        LogLine(
            sequence: 1, at: ago(900), level: .warning, verb: "rejected",
            text: "The signature of a delivery does not match"),
        LogLine(sequence: 2, at: ago(840), verb: "pinged", text: "GitHub can reach http://52.37.239.156:8849/dploy"),
    ]

    /// One app is being deployed, one was changed by hand, and the tasks of one fail.
    static let apps: AppsReport = {
        var report = AppsReport(
            running: .init(id: deployments[1].commit, message: deployments[1].message), since: ago(282),
            apps: [
                app("/api", commit: 1, since: 282, tasks: 2, healthy: 2),
                app("/mailer", commit: 3, since: 180_000, tasks: 1, healthy: 0) {
                    $0.lastFailure = .init(
                        state: "TASK_FAILED", message: "Command exited with status 1", host: "10.0.0.7", at: ago(40))
                },
                app("/shop/db", commit: 3, since: 180_000, tasks: 1, healthy: 1),
                app("/web", commit: 0, since: 11, tasks: 5, healthy: 3) {
                    $0.deployments = ["9f1c2d33-6a5e-4c7b-9d1e-0123456789ab"]
                },
                app("/worker", commit: 3, since: 900, tasks: 2, healthy: 2) {
                    $0.drift = .init(
                        kind: .changed, fields: [.init(path: "/instances", before: "2", after: "1")], since: ago(900))
                },
            ],
            readAt: ago(1))
        report.changedBy = deployments[0].id
        return report
    }()

    static let snapshot: ControlSnapshot = {
        var snapshot = ControlSnapshot(
            engine: engine, hook: hook, deliveries: deliveries, deployments: deployments, log: engineLog,
            deliveryCount: 128, deploymentCount: 41)
        snapshot.apps = apps
        return snapshot
    }()

    static let plan = plan(to: deployments[0])

    static func plan(to deployment: DeploymentSummary) -> PlanReport {
        PlanReport(
            running: .init(id: deployments[1].commit, message: deployments[1].message),
            commit: .init(id: deployment.commit, message: deployment.message),
            summary: "2 updated (/web, /search), 3 unchanged",
            changes: [
                AppChange(
                    appID: "/web", kind: .updated,
                    fields: [
                        .init(path: "/mem", before: "32", after: "64"),
                        .init(path: "/container/docker/image", before: #""nginx:1.9""#, after: #""nginx:1.10""#),
                        .init(path: "/env/BUTTONS", before: nil, after: #""********""#),
                    ], restarts: 5),
                AppChange(appID: "/search", kind: .created), AppChange(appID: "/shop/old", kind: .removed),
                AppChange(appID: "/left", kind: .orphaned), AppChange(appID: "/api", kind: .unchanged),
                AppChange(appID: "/shop/db", kind: .unchanged),
            ],
            changesAnything: true)
    }

    static let history = AppHistory(id: "/web", app: apps.apps[3]) {
        $0.cause = deploymentDetail
        $0.cause?.summary = deployments[1]
        $0.cause?.changes[0].appID = "/web"
        $0.delivery = deliveries[1]
        $0.newer = [deployments[0]]
        $0.changes = [
            .init(deployment: deployments[0], change: deploymentDetail.changes[0]),
            .init(deployment: deployments[3], change: AppChange(appID: "/web", kind: .created)),
        ]
        $0.obstacles = ["Deployments are paused."]
    }

    static let empty = ControlSnapshot(
        engine: engine,
        hook: HookState(registration: .registered, id: 8_321_735, url: "http://52.37.239.156:8849/dploy") {
            $0.events = ["push"]
            $0.contentType = "json"
            $0.isSigned = true
        })

    static func delivery(
        _ id: Int64, _ secondsAgo: Double, event: String = "push", commit: String? = nil, _ message: String? = nil,
        branch: String? = "dcos", _ verdict: DeliverySummary.Verdict = .accepted, reason: String? = nil,
        deployment: Int64? = nil
    ) -> DeliverySummary {
        DeliverySummary(
            id: id, guid: "7f3c0d2e-1540-11e6-8f0a-00000000000\(abs(id) % 10)", event: event,
            receivedAt: ago(secondsAgo), verdict: verdict
        ) {
            $0.branch = event == "push" ? branch : nil
            $0.commit = commit
            $0.author = commit == nil ? nil : "Lena Ruiz"
            $0.message = message
            $0.reason = reason
            $0.deployment = deployment
        }
    }

    static func finished(
        _ id: Int64, _ commit: String, _ message: String, _ stage: DeploymentSummary.Stage, _ secondsAgo: Double,
        took: Double, outcome: String? = nil, delivery: Int64? = nil
    ) -> DeploymentSummary {
        DeploymentSummary(
            id: id, branch: "dcos", commit: commit, trigger: .delivery, stage: stage, queuedAt: ago(secondsAgo)
        ) {
            $0.message = message
            $0.author = "Lena Ruiz"
            $0.startedAt = ago(secondsAgo)
            $0.finishedAt = ago(secondsAgo - took)
            $0.outcome = outcome
            $0.delivery = delivery
            $0.progress = DeploymentProgress(
                steps: [.init(name: "web", done: 5, of: 5), .init(name: "api", done: 2, of: 2)])
        }
    }

    /// - Parameter commit: The index of its deployment.
    static func app(
        _ id: String, commit: Int, since seconds: Double, tasks: Int, healthy: Int,
        _ rest: (inout AppSummary) -> Void = { _ in }
    ) -> AppSummary {
        AppSummary(id: id, healthy: healthy, wanted: tasks) { app in
            app.commit = deployments[commit].commit
            app.since = ago(seconds)
            app.instances = (0..<tasks).map { number in
                AppSummary.Instance(id: "\(id.dropFirst()).instance-\(number)", isCurrent: true) {
                    $0.host = "10.0.0.\(number + 1)"
                    $0.ports = [31_000 + number]
                    $0.state = "TASK_RUNNING"
                    $0.version = "2016-05-08T18:43:00.000Z"
                    $0.isHealthy = number < healthy
                    $0.startedAt = ago(seconds)
                }
            }
            rest(&app)
        }
    }

    static func line(
        _ sequence: Int64, _ secondsAgo: Double, _ verb: String, _ text: String, _ level: LogLine.Level = .info,
        of deployment: Int64 = 41
    ) -> LogLine {
        LogLine(sequence: sequence, at: ago(secondsAgo), level: level, verb: verb, text: text, deployment: deployment)
    }
}
