package import struct Foundation.Date

/// One line of the list of deployments.
package struct DeploymentSummary: Codable, Sendable, Equatable, Identifiable {
    package enum Stage: String, Codable, Sendable, CaseIterable {
        case queued, fetching, validating, applying, waiting
        case succeeded, failed, superseded
        /// An operator ended it.
        case cancelled
        /// The observer stopped, an operator had paused deployments or held the branch before the disk was lost, or the name
        /// belongs to another repository. Its commit is queued again, unless a newer one is queued.
        case interrupted

        package var isFinal: Bool {
            switch self {
            case .queued, .fetching, .validating, .applying, .waiting: false
            case .succeeded, .failed, .superseded, .cancelled, .interrupted: true
            }
        }
    }

    /// The cause of a deployment.
    package enum Trigger: String, Codable, Sendable, CaseIterable {
        case delivery, recovery, poll, resume, restart, `operator`, rollback, drift
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
    /// Why it did not succeed, or what it did ("2 updated (/a, /b), 1 unchanged"). While it is being rolled back, why it
    /// fails.
    package var outcome: String?
    /// Whether it may have changed something at the target that is neither complete nor undone.
    package var leavesChanges: Bool
    /// While it runs: which service does not respond, and why.
    package var trouble: String?
    /// The delivery that caused it.
    package var delivery: Int64?
    /// The operator who requested it.
    package var requestedBy: String?
    /// The target's latest report; nil before the first. A deploy command reports while it runs, any other target in the stage
    /// `waiting`.
    package var progress: DeploymentProgress?
    /// How long earlier deployments of this branch took, in seconds: the median of those that succeeded.
    package var expectedSeconds: Double?
    /// Counts from 1; a retry after a failure outside the commit has a higher one.
    package var attempt: Int
    /// When a queued retry starts.
    package var notBefore: Date?
    /// The deployment that tries the commit again.
    package var retry: Int64?
    /// While it is queued: which rule keeps it from starting.
    package var wait: DeploymentWait?
    /// Identifies the plan that waits for approval.
    package var plan: String?
    package var approval: PlanApproval?
    /// Why an operator deployed it although rules forbade it.
    package var override: String?
    /// Why an operator rolled back to it. Like an override and the outcome, it may have several lines.
    package var reason: String?

    /// - Parameter rest: Sets the other properties.
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
        leavesChanges = false
        attempt = 1
        rest(&self)
    }
}

extension DeploymentSummary.Stage {
    /// `is queued`, `succeeded`, `was cancelled`
    package var predicate: String {
        switch self {
        case .waiting: "is waiting until it is healthy"
        case .queued, .fetching, .validating, .applying: "is \(rawValue)"
        case .succeeded, .failed: rawValue
        case .superseded, .cancelled, .interrupted: "was \(rawValue)"
        }
    }

    /// Whether the outcome reports the changes that were left at the target.
    var reportsChangesLeft: Bool { self == .cancelled || self == .interrupted }
}

extension DeploymentSummary {
    /// The predicate of a deployment that has started: `is being deployed`, `failed and is being rolled back`, or `was cancelled
    /// and may have left changes`.
    package var effect: String {
        guard stage.isFinal else { return outcome == nil ? "is being deployed" : "failed and is being rolled back" }
        return stage.predicate + (leavesChanges ? " and may have left changes" : "")
    }

    /// The trigger, and the operator if one requested it: `rollback by alice`.
    package var cause: String {
        guard let requestedBy else { return trigger.rawValue }
        return "\(trigger == .delivery ? "replay" : trigger.rawValue) by \(requestedBy)"
    }
}

extension [DeploymentSummary] {
    /// The effect of a deployment that an operator requests on the queued ones among these, as a sentence; nil without any.
    package var supersession: String? {
        let queued = filter { $0.stage == .queued }
        guard let newest = queued.first else { return nil }
        return queued.count == 1
            ? "Deployment \(newest.nameInQueue), which is \(newest.stateInQueue), is then superseded."
            : "\(queued.count) queued deployments are then superseded; the newest is \(newest.nameInQueue)."
    }
}

extension DeploymentSummary {
    /// The state of its changes if it is cancelled now.
    package var sentenceOnCancelling: String {
        stage == .queued ? "It has not started." : "Changes already applied are not undone."
    }

    /// `41 of a1b2c3d`
    package var nameInQueue: String { "\(id) of \(commit.shortCommit)" }

    package var stateInQueue: String { plan == nil ? "queued" : "waiting for approval" }
}

/// How far a deployment has come, according to the target.
package struct DeploymentProgress: Codable, Sendable, Equatable {
    /// One thing that the deployment waits for, such as an app.
    package struct Step: Codable, Sendable, Equatable {
        package enum Kind: String, Codable, Sendable {
            case app
            /// Anything else that a deploy command reports.
            case step
        }

        package var name: String
        /// For an app, tasks of the new version that are healthy, or running if the app has no health checks.
        package var done: Int
        package var of: Int
        package var kind: Kind

        package init(name: String, done: Int, of: Int, kind: Kind = .app) {
            self.name = name
            self.done = done
            self.of = of
            self.kind = kind
        }

        /// Rows of earlier versions have no kind.
        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            done = try container.decode(Int.self, forKey: .done)
            of = try container.decode(Int.self, forKey: .of)
            kind = try container.decodeIfPresent(Kind.self, forKey: .kind) ?? .app
        }
    }

    /// Counts from 1; nil if the target does not report phases.
    package var phase: Int?
    package var phases: Int?
    package var steps: [Step]
    /// Where to see what was deployed, if the deploy command reported it.
    package var url: String?

    package init(phase: Int? = nil, phases: Int? = nil, steps: [Step] = []) {
        self.phase = phase
        self.phases = phases
        self.steps = steps
    }
}

/// The change of one app.
package struct AppChange: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable {
        case created, updated, unchanged, removed, orphaned
    }

    /// The result of a rollback.
    package enum Result: String, Codable, Sendable {
        /// It runs its previous version again.
        case restored
        /// It was new, and is gone again.
        case removedAgain
    }

    /// One field of the app definition that differs, values as compact JSON; nil if the field is absent.
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
    /// How many running tasks are replaced; nil for none.
    package var restarts: Int?
    /// The other dploy app that has managed the app so far.
    package var takenOverFrom: String?
    /// nil if nothing was rolled back.
    package var result: Result?

    package init(
        appID: String, kind: Kind, fields: [Field] = [], restarts: Int? = nil, takenOverFrom: String? = nil
    ) {
        self.appID = appID
        self.kind = kind
        self.fields = fields
        self.restarts = restarts
        self.takenOverFrom = takenOverFrom
    }
}

/// One deployment with the change of each app.
package struct DeploymentDetail: Codable, Sendable, Equatable {
    package var summary: DeploymentSummary
    package var changes: [AppChange]
    /// The target's ids of everything that this deployment started there, such as Marathon deployments.
    package var externalIDs: [String]
    /// The actions of operators about it, newest first.
    package var actions: [AuditEntry]
    /// Why the operator who reads it may not approve its plan; nil if they may, or if it does not wait for that.
    package var approvalRefusal: String?

    package init(
        summary: DeploymentSummary, changes: [AppChange], externalIDs: [String], actions: [AuditEntry] = []
    ) {
        self.summary = summary
        self.changes = changes
        self.externalIDs = externalIDs
        self.actions = actions
    }
}
