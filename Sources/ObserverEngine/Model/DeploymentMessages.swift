package import struct Foundation.Date

/// One line of the list of deployments.
package struct DeploymentSummary: Codable, Sendable, Equatable, Identifiable {
    package enum Stage: String, Codable, Sendable, CaseIterable {
        case queued, fetching, validating, applying, waiting, succeeded, failed, superseded

        package var isFinal: Bool { self == .succeeded || self == .failed || self == .superseded }
    }

    /// What brought a deployment about.
    package enum Trigger: String, Codable, Sendable, CaseIterable {
        case delivery, recovery, poll, restart, `operator`, rollback
    }

    package var id: Int64
    /// `owner/name`
    package var repository: String?
    package var branch: String
    package var commit: String
    package var message: String?
    package var author: String?
    package var trigger: Trigger
    package var stage: Stage
    package var queuedAt: Date
    package var startedAt: Date?
    package var finishedAt: Date?
    /// Why it failed or was superseded, or what it did ("2 apps changed, 1 unchanged").
    package var outcome: String?
    /// The delivery that brought it about.
    package var delivery: Int64?
    /// What Marathon reports while the stage is `waiting`; the last report afterwards.
    package var progress: DeploymentProgress?
    /// How long earlier ones of this branch took, in seconds: the median of those that succeeded.
    package var expectedSeconds: Double?

    /// - Parameter rest: Sets what is known besides.
    package init(
        id: Int64, branch: String, commit: String, trigger: Trigger, stage: Stage, queuedAt: Date,
        _ rest: (inout DeploymentSummary) -> Void = { _ in }
    ) {
        self.id = id
        self.branch = branch
        self.commit = commit
        self.trigger = trigger
        self.stage = stage
        self.queuedAt = queuedAt
        rest(&self)
    }
}

/// How far a deployment has come, by facts that Marathon reports.
package struct DeploymentProgress: Codable, Sendable, Equatable {
    package struct App: Codable, Sendable, Equatable {
        package var id: String
        /// Tasks of the new version that are healthy (running, where the app has no health checks).
        package var ready: Int
        package var wanted: Int

        package init(id: String, ready: Int, wanted: Int) {
            self.id = id
            self.ready = ready
            self.wanted = wanted
        }
    }

    /// Counts from 1; nil while Marathon has not told.
    package var step: Int?
    package var steps: Int?
    package var apps: [App]

    package init(step: Int? = nil, steps: Int? = nil, apps: [App] = []) {
        self.step = step
        self.steps = steps
        self.apps = apps
    }
}

/// What a deployment does to one app.
package struct AppChange: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable {
        case created, updated, unchanged, removed, orphaned
    }

    /// One field of the app definition that differs, values as compact JSON; nil where the field is absent.
    package struct Field: Codable, Sendable, Equatable {
        /// A JSON pointer (RFC 6901), "/container/docker/image".
        package var path: String
        package var before: String?
        package var after: String?

        package init(path: String, before: String?, after: String?) {
            self.path = path
            self.before = before
            self.after = after
        }
    }

    package var appID: String
    package var kind: Kind
    package var fields: [Field]

    package init(appID: String, kind: Kind, fields: [Field] = []) {
        self.appID = appID
        self.kind = kind
        self.fields = fields
    }
}

/// One deployment with what it does to each app.
package struct DeploymentDetail: Codable, Sendable, Equatable {
    package var summary: DeploymentSummary
    package var changes: [AppChange]
    package var marathonDeployments: [String]

    package init(summary: DeploymentSummary, changes: [AppChange], marathonDeployments: [String]) {
        self.summary = summary
        self.changes = changes
        self.marathonDeployments = marathonDeployments
    }
}
