package import struct Foundation.Date

/// One app that the target runs, or should run.
package struct AppSummary: Codable, Sendable, Equatable, Identifiable {
    /// One task of the app.
    package struct Instance: Codable, Sendable, Equatable {
        package var id: String
        package var host: String?
        package var ports: [Int]
        /// As the target names it: `TASK_RUNNING`.
        package var state: String?
        /// The version of the app that it was launched with.
        package var version: String?
        /// Whether it runs the newest version.
        package var isCurrent: Bool
        /// The result of its health checks; nil without one.
        package var isHealthy: Bool?
        package var startedAt: Date?

        package init(id: String, isCurrent: Bool, _ rest: (inout Instance) -> Void = { _ in }) {
            self.id = id
            self.isCurrent = isCurrent
            ports = []
            rest(&self)
        }
    }

    /// How the last task failed.
    package struct Failure: Codable, Sendable, Equatable {
        package var state: String
        package var message: String
        package var host: String
        package var at: Date?

        package init(state: String, message: String, host: String, at: Date?) {
            self.state = state
            self.message = message
            self.host = host
            self.at = at
        }
    }

    /// How an app differs from the spec of the commit that should be running.
    package struct Drift: Codable, Sendable, Equatable {
        package enum Kind: String, Codable, Sendable {
            /// Someone changed fields.
            case changed
            /// It should be running but does not exist.
            case missing
            /// It is in no spec and carries the labels of another app.
            case copied
            /// Someone created its containers without the observer.
            case recreated
        }

        package var kind: Kind
        /// From the running value to the one in the spec.
        package var fields: [AppChange.Field]
        /// When the observer noticed the first difference.
        package var since: Date?
        /// Why it is not corrected, although the settings ask for that: a sentence.
        package var refusal: String?

        package init(kind: Kind, fields: [AppChange.Field] = [], since: Date? = nil) {
            self.kind = kind
            self.fields = fields
            self.since = since
        }

        /// The refusal as a part of a longer sentence.
        package var refusalClause: String? {
            refusal.map { "\($0.prefix(1).lowercased())\($0.dropFirst().dropLast($0.hasSuffix(".") ? 1 : 0))" }
        }
    }

    package var id: String
    /// The commit that last changed it.
    package var commit: String?
    /// When its configuration last changed.
    package var since: Date?
    /// Tasks of the newest version that are healthy, or running if there are no health checks; nil where this was not
    /// checked.
    package var healthy: Int?
    package var wanted: Int
    /// The target's deployments that are changing it.
    package var deployments: [String]
    package var instances: [Instance]
    package var lastFailure: Failure?
    package var drift: Drift?
    /// Whether it is in no spec any more.
    package var isOrphaned: Bool

    /// - Parameter rest: Sets the remaining fields.
    package init(id: String, healthy: Int? = 0, wanted: Int = 0, _ rest: (inout AppSummary) -> Void = { _ in }) {
        self.id = id
        self.healthy = healthy
        self.wanted = wanted
        deployments = []
        instances = []
        isOrphaned = false
        rest(&self)
    }

    /// nil where this was not checked.
    package var isHealthy: Bool? { healthy.map { $0 >= wanted } }

    /// "3/5"; "?/5" where the healthy tasks were not counted.
    package var taskCount: String { "\(healthy.map(String.init) ?? "?")/\(wanted)" }
}

/// The apps of a branch: what the target runs now.
package struct AppsReport: Codable, Sendable, Equatable {
    /// The verdict of the health command on everything that was deployed.
    package struct Check: Codable, Sendable, Equatable {
        package var isHealthy: Bool
        /// Why it is not healthy: a few words.
        package var reason: String?
        package var at: Date

        package init(isHealthy: Bool, reason: String? = nil, at: Date) {
            self.isHealthy = isHealthy
            self.reason = reason
            self.at = at
        }
    }

    /// The commit that runs; nil if nothing does, or it is not known yet. Before the apps were read, the commit that was
    /// deployed last.
    package var running: PlanReport.Commit?
    /// Since when.
    package var since: Date?
    package var apps: [AppSummary]
    /// When the apps were last read; nil before the first time, and where the target can't report them.
    package var readAt: Date?
    /// The deployment that had been applied when the apps were read, and had not ended.
    package var changedBy: Int64?
    /// A sentence: why the apps are not known, or not known any more.
    package var problem: String?
    /// Whether the target reports its apps. A deploy command does not.
    package var isSupported: Bool
    /// nil without a health command.
    package var check: Check?

    package init(
        running: PlanReport.Commit? = nil, since: Date? = nil, apps: [AppSummary] = [], readAt: Date? = nil,
        problem: String? = nil, isSupported: Bool = true
    ) {
        self.running = running
        self.since = since
        self.apps = apps
        self.readAt = readAt
        self.problem = problem
        self.isSupported = isSupported
    }

    /// Whether the apps are as the target reported them last, and it could still be read.
    package var isCurrent: Bool { readAt != nil && problem == nil }

    /// How many tasks are healthy and wanted; nil where it is not known now, or there are no apps. A copy of an app is
    /// someone else's.
    package var health: (healthy: Int, wanted: Int)? {
        let own = apps.filter { $0.drift?.kind != .copied }
        guard isCurrent, !own.isEmpty, own.allSatisfy({ $0.healthy != nil }) else { return nil }
        return (total(of: own) { min($0.healthy ?? 0, $0.wanted) }, total(of: own, \.wanted))
    }

    /// "3/5 healthy"; nil where it is not known now.
    package func health(of app: AppSummary) -> String? {
        app.healthy == nil || problem != nil ? nil : "\(app.taskCount) healthy"
    }

    /// Whether apps run, and none shows of which commit.
    package var runsUnknown: Bool {
        running == nil && apps.contains { $0.drift?.kind != .copied && (!$0.instances.isEmpty || $0.healthy ?? 0 > 0) }
    }

    package var drifted: [AppSummary] { apps.filter { $0.drift != nil } }

    /// Each number is limited, so that no report can make the sum overflow.
    private func total(of apps: [AppSummary], _ count: (AppSummary) -> Int) -> Int {
        apps.reduce(0) { $0 + min(max(0, count($1)), 1_000_000_000) }
    }
}

extension AppSummary.Drift {
    /// Follows the name of the app: "differs from its spec: /mem is 64, not 32".
    package var sentence: String {
        switch kind {
        case .missing: "should be running but does not exist"
        case .copied: "has the labels of another app and is not in any spec"
        case .recreated: "was created by someone else, without the observer's labels"
        case .changed:
            "differs from its spec: " + fields.map(\.sentence).joined(separator: ", ")
        }
    }
}

extension AppChange.Field {
    /// "/mem is 64, not 32". Masked values look equal, so only the difference can be stated.
    package var sentence: String {
        before == after ? "\(path) differs" : "\(path) is \(before ?? "absent"), not \(after ?? "absent")"
    }
}
