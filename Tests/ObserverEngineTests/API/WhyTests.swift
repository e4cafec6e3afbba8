import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Why an app runs what it runs")
struct WhyTests {
    private func tree(_ files: [String: String?]) -> [String: String?] {
        ["dploy.app": Files.descriptor].merging(files) { $1 }
    }

    @Test("the push, the deployment that changed the app, and what came later are named; others are not")
    func history() async throws {
        try await withObserver { world in
            let web = try await world.deploy(tree(["specs/web.json": Files.app("web")]))
            let db = try await world.deploy(tree(["specs/db.json": Files.app("db")]))
            let control = try await world.control()
            let history = try await control.history(of: "web")
            #expect(history.id == "/web" && history.app?.commit == web.commit.description)
            #expect(history.cause?.summary.id == web.id && history.cause?.externalIDs.isEmpty == false)
            #expect(history.delivery?.commit == web.commit.description)
            #expect(history.newer.map(\.id) == [db.id])
            #expect(history.changes.map(\.deployment.id) == [web.id])
            #expect(history.changes.map(\.change.kind) == [.created])
            #expect(history.attempts.isEmpty && history.obstacles.isEmpty)
            _ = try await control.perform(.pause(reason: "database migration"))
            #expect(try await control.history(of: "/db").obstacles.isEmpty)
            let push = try await world.gitHub.push(files: tree(["specs/db.json": Files.app("db", mem: 64)]))
            try await world.deployment(of: push.after) { $0.wait?.rule == .pause }
            let obstacles = try await control.history(of: "/db").obstacles
            #expect(obstacles.count == 1)
            #expect(obstacles.first?.hasPrefix("Deployments are paused") == true)
            #expect(obstacles.first?.hasSuffix(": database migration.") == true)
        }
    }

    @Test("an app that neither runs nor was deployed is refused with a sentence")
    func unknown() async throws {
        try await withObserver { world in
            try await world.deploy(tree(["specs/web.json": Files.app("web")]))
            let failure = await #expect(throws: ControlClient.Failure.self) {
                try await world.control().history(of: "/nothing")
            }
            #expect(failure?.status == 404 && failure?.description.hasPrefix("/nothing is not running") == true)
        }
    }

    @Test("a plan that was not applied did not change the app, and a hold is one obstacle")
    func unapplied() async throws {
        try await withObserver { world in
            let first = try await world.deploy(tree(["specs/web.json": Files.app("web", mem: 16)]))
            try await world.deploy(tree(["specs/web.json": Files.app("web", mem: 32)]))
            let control = try await world.control()
            _ = try await control.perform(.rollback(deployment: first.id, seenCurrent: nil))
            let back = try await world.deployment(of: first.commit.description, in: .succeeded, after: first.id)
            let obstacles = try await control.history(of: "web").obstacles
            #expect(obstacles.count == 1 && obstacles.first?.hasPrefix("The branch is on hold") == true)
            #expect(try await control.history(of: "web").changes.first?.deployment.id == back.id)
        }
        let change = AppChange(appID: "/web", kind: .updated)
        var rows = try [
            deployment(6, 5, .queued, [change]), deployment(5, 4, .superseded, [change]),
            deployment(4, 3, .cancelled, [change]), deployment(3, 2, .failed, [change]),
            deployment(2, 1, .failed, [change]), deployment(1, 1, .succeeded, [change]),
        ]
        rows[3].leavesChanges = true
        // Rolled back.
        rows[4].externalIDs = ["a"]
        let history = AppHistory(id: "/web", app: nil, deployments: rows)
        #expect(history.changes.map(\.deployment.id) == [3, 2, 1])
    }

    @Test("before anything was deployed, and while the target does not respond, an app is not known")
    func notKnown() async throws {
        try await withObserver { world in
            let control = try await world.control()
            let nothing = try await refusal { try await control.history(of: "/web") }
            #expect(nothing?.status == 404)
            #expect(nothing?.description == "/web is not known: this observer has not deployed anything yet.")
            try await world.deploy(tree(["specs/db.json": Files.app("db")]))
            world.marathon.setLeaderless(true)
            let away = try await refusal { try await control.history(of: "/web") }
            #expect(
                away?.description.hasPrefix(
                    "/web was not changed by the last 100 deployments; whether it is running is not known. ") == true)
        }
    }

    @Test("earlier attempts of the same commit are named, and a correction of drift names the push of its commit")
    func attempts() throws {
        let change = AppChange(appID: "/web", kind: .updated)
        var rows = try [
            deployment(5, 2, .failed, [change]), deployment(4, 1, .succeeded, [change], trigger: .drift),
            deployment(3, 1, .interrupted, [change]), deployment(2, 1, .failed, []),
            deployment(1, 1, .succeeded, [change]),
        ]
        for index in [0, 2] { rows[index].leavesChanges = true }
        let history = AppHistory(id: "/web", app: nil, deployments: rows)
        #expect(history.newer.map(\.id) == [5])
        #expect(history.cause?.summary.id == 4)
        #expect(history.attempts.map(\.id) == [2, 3])
        #expect(history.changes.map(\.deployment.id) == [5, 4, 3, 1])
        #expect(AppHistory(id: "/db", app: nil, deployments: rows).cause == nil)
    }

    @Test("the deployment of the commit in the label of the app is the cause, also if its changes were only left there")
    func leftBehind() throws {
        let change = AppChange(appID: "/web", kind: .updated)
        var rows = try [
            deployment(4, 3, .failed, [change]), deployment(3, 2, .failed, [change]),
            deployment(2, 1, .failed, [change]), deployment(1, 1, .succeeded, [change]),
        ]
        rows[1].leavesChanges = true
        let left = AppHistory(id: "/web", app: try app(2), deployments: rows)
        #expect(left.cause?.summary.id == 3 && left.newer.map(\.id) == [4])
        #expect(left.causeEnd == "Failed: x. Its changes were not undone.")
        let deployed = AppHistory(id: "/web", app: try app(1), deployments: rows)
        #expect(deployed.cause?.summary.id == 1 && deployed.causeEnd == nil)
        let foreign = AppHistory(id: "/web", app: try app(7), deployments: rows)
        #expect(foreign.cause == nil)
        #expect(
            foreign.withoutCause
                == "No known deployment of 7aaaaaa changed it: it is older than the stored deployments, "
                + "or someone else deployed it.")
    }

    @Test("someone else's app with the observer's labels is not explained by the deployment of the commit in its label")
    func copied() throws {
        let rows = try [deployment(1, 1, .succeeded, [AppChange(appID: "/web", kind: .created)])]
        let label = try Sample.commit(1).description
        let copy = AppSummary(id: "/copy", healthy: 1, wanted: 1) {
            $0.commit = label
            $0.since = Date()
            $0.drift = .init(kind: .copied)
        }
        let history = AppHistory(id: "/copy", app: copy, deployments: rows)
        #expect(history.cause == nil && history.deployedBy == nil && history.newer.isEmpty)
        #expect(
            history.withoutCause
                == "It is someone else's app with the observer's labels: this observer never deployed it.")
    }

    @Test("an app without labels is explained by the deployment that changed it last; a missing one has its history")
    func unlabelled() throws {
        let rows = try [deployment(1, 1, .succeeded, [AppChange(appID: "/web", kind: .created)])]
        let recreated = AppHistory(id: "/web", app: try app(nil), deployments: rows)
        #expect(recreated.exists && recreated.cause == nil && recreated.newer.isEmpty)
        let cause = "Deployment 1 of \(rows[0].commit.short) changed it last."
        let rest = " Since then its labels were removed, or someone else created it again."
        #expect(recreated.withoutCause == cause + rest)
        let removed = try deployment(2, 2, .succeeded, [AppChange(appID: "/web", kind: .removed)])
        let unapplied = try deployment(1, 1, .failed, [AppChange(appID: "/web", kind: .created)])
        for rows in [[removed] + rows, [unapplied], []] {
            let unknown = AppHistory(id: "/web", app: try app(nil), deployments: rows)
            #expect(unknown.withoutCause?.hasPrefix("It was created without the observer") == true)
        }
        let missing = AppSummary(id: "/web", wanted: 1) { $0.drift = .init(kind: .missing) }
        // With -drift ignore.
        let unreported = AppSummary(id: "/web", wanted: 1)
        for app in [missing, unreported] {
            let history = AppHistory(id: "/web", app: app, deployments: rows)
            #expect(!history.exists && history.cause?.summary.id == 1)
        }
    }

    /// An app that was changed just now.
    private func app(_ commit: Int?) throws -> AppSummary {
        let label = try commit.map { try Sample.commit($0).description }
        return AppSummary(id: "/web", healthy: 1, wanted: 1) {
            $0.commit = label
            $0.since = Date()
        }
    }

    private func deployment(
        _ id: Int64, _ commit: Int, _ stage: Deployment.Stage, _ changes: [AppChange],
        trigger: Deployment.Trigger = .delivery
    ) throws -> Deployment {
        var request = try Sample.request(commit)
        request.trigger = trigger
        var deployment = Deployment(
            id: id, request: request, queuedAt: Date(), stage: stage, startedAt: Date(), finishedAt: Date(),
            outcome: "x")
        deployment.changes = changes
        return deployment
    }
}
