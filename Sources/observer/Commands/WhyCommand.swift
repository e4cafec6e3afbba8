import ArgumentParser
import Foundation
import ObserverEngine

struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        "why", "<app>", abstract: "Explain why an app runs what it runs: push, deployment, health, and what came after."
    )

    /// Deployments that are searched for the app.
    private static let searched = 50

    @Argument(help: "ID of the app, such as /web; see 'observer apps'.", completion: .ids(.apps)) var app: String

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func run() async throws {
        let id = app.hasPrefix("/") ? app : "/" + app
        try output.write(try await engine.withClient { try await page(of: id, $0) })
    }

    private func page(of id: String, _ client: ControlClient) async throws -> WhyPage {
        let rows = try await client.deployments(limit: Self.searched)
        var newer: [DeploymentSummary] = []
        var cause: DeploymentDetail?
        for row in rows {
            let detail = try await client.deployment(row.id)
            if row.stage == .succeeded, detail.changed(id) {
                cause = detail
                break
            }
            newer.append(row)
        }
        let app = try await client.apps().apps.first { $0.id == id }
        guard app != nil || cause != nil else {
            throw ActionImpossible(
                "\(id) neither runs nor was changed by one of the last \(Self.searched) deployments.")
        }
        var delivery: DeliverySummary?
        if let number = cause?.summary.delivery { delivery = try await client.delivery(number).summary }
        return WhyPage(
            id: id, app: app, deployment: cause, delivery: delivery, newer: newer, engine: try await client.engine())
    }
}

extension DeploymentDetail {
    fileprivate func changed(_ id: String) -> Bool {
        changes.contains { $0.appID == id && [.created, .updated, .removed].contains($0.kind) }
    }
}

/// From the push to the running app, step by step, and the state of everything newer.
struct WhyPage: Report {
    let id: String
    /// nil if it does not exist.
    let app: AppSummary?
    /// The successful deployment that last changed it; nil if it is not among the newest.
    let deployment: DeploymentDetail?
    /// The push that caused the deployment.
    let delivery: DeliverySummary?
    /// Later deployments, newest first.
    let newer: [DeploymentSummary]
    let engine: EngineState

    func lines(in style: TextStyle) -> [String] {
        var fields = FieldList()
        fields.add("app", id, .heading)
        addDeployment(to: &fields)
        addState(to: &fields)
        let later = later(at: style.now)
        for (index, line) in later.enumerated() { fields.add(index == 0 ? "since then" : "", line.text, line.tint) }
        return fields.lines(in: style)
    }

    private func addDeployment(to fields: inout FieldList) {
        guard let deployment else {
            return fields.add("commit", app?.commit.map { "\($0.prefix(7)), deployed before the known deployments" })
        }
        let row = deployment.summary
        fields.add("commit", [String(row.commit.prefix(7)), row.message].compactMap(\.self).joined(separator: "  "))
        fields.add("author", row.author)
        fields.add("push", delivery.map { "\($0.receivedAt.rfc3339), delivery \($0.id)" })
        fields.add("deployment", "#\(row.id), trigger \(row.cause)")
        fields.add("queued", row.queuedAt.rfc3339)
        fields.add("started", row.startedAt.map { $0.rfc3339 + after(row.queuedAt, $0) })
        let change = deployment.changes.first { $0.appID == id }
        fields.add(
            "change",
            change.map { change in
                let values = change.fields.map { "\($0.path) \($0.before ?? "absent") → \($0.after ?? "absent")" }
                return ([change.kind.rawValue] + values).joined(separator: ", ")
            })
        fields.add("marathon", deployment.externalIDs.isEmpty ? nil : deployment.externalIDs.joined(separator: ", "))
        fields.add("healthy", row.finishedAt.map { $0.rfc3339 + after(row.startedAt ?? row.queuedAt, $0) }, .good)
    }

    private func addState(to fields: inout FieldList) {
        guard let app else { return fields.add("now", "does not exist", .bad) }
        fields.add("now", "\(app.healthy)/\(app.wanted) healthy", app.isHealthy ? .good : .caution)
        fields.add("drift", app.drift?.sentence, .caution)
        let failure = app.isHealthy ? nil : app.lastFailure
        fields.add("failure", failure.map { "\($0.state) on \($0.host): \($0.message)" }, .bad)
    }

    /// The reasons why no newer commit runs.
    private func later(at now: Date) -> [(text: String, tint: Tint)] {
        var lines = newer.map { ($0.sentence(in: TextStyle(now: now)), $0.stage.tint) }
        if engine.isPaused { lines.append(("deployments are paused", .caution)) }
        if let blocked = engine.blocked { lines.append((blocked, .caution)) }
        return lines
    }

    private func after(_ start: Date, _ end: Date) -> String {
        ", \(Duration.seconds(max(0, end.timeIntervalSince(start))).brief) later"
    }
}
