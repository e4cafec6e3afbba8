import ObserverEngine

/// The dashboard's copy of the observer's state: its snapshot and every change since.
struct EngineMirror: Equatable, Sendable {
    /// Logs of older deployments are requested again when they are opened.
    static let keptLogs = 8
    private static let recent = DeploymentsInProgress<DeploymentSummary>.recent

    private(set) var engine: EngineState
    private(set) var hook: HookState
    /// The apps that the target runs, in the order of the list; nil before the observer reports them.
    private(set) var apps: AppsReport?
    private(set) var deliveries: RowList<DeliverySummary>
    private(set) var deployments: RowList<DeploymentSummary>
    private(set) var engineLog: LogTail
    private(set) var deploymentLogs: [Int64: LogTail] = [:]

    init(_ snapshot: ControlSnapshot) {
        engine = snapshot.engine
        hook = snapshot.hook
        apps = snapshot.apps?.inListOrder
        deliveries = RowList(newestFirst: snapshot.deliveries, total: snapshot.deliveryCount)
        deployments = RowList(newestFirst: snapshot.deployments, total: snapshot.deploymentCount)
        engineLog = LogTail(snapshot.log)
    }

    mutating func apply(_ event: ControlEvent) {
        switch event {
        case .snapshot(let snapshot):
            var mirror = EngineMirror(snapshot)
            mirror.deliveries.keepOlder(from: deliveries)
            mirror.deployments.keepOlder(from: deployments)
            self = mirror
        case .engine(let state): engine = state
        case .hook(let state): hook = state
        case .apps(let report): apps = report.inListOrder
        case .delivery(let row): deliveries.upsert(row)
        case .deployment(let row): deployments.upsert(row)
        case .log(let line): append(line)
        case .audit: break
        }
    }

    mutating func append(olderDeliveries page: [DeliverySummary]) {
        deliveries.append(older: page)
    }

    mutating func append(olderDeployments page: [DeploymentSummary]) {
        deployments.append(older: page)
    }

    /// Adds the log of a deployment from its start; keeps lines that have already arrived on the event stream.
    mutating func merge(_ lines: [LogLine], ofDeployment id: Int64) {
        if deploymentLogs[id] == nil { dropOldestLog() }
        var log = LogTail(lines)
        log.merge(deploymentLogs[id]?.lines ?? [])
        deploymentLogs[id] = log
    }

    /// The running deployment, else the queued one, else the newest.
    var currentDeployment: DeploymentSummary? {
        inProgress.current ?? deployments.rows.first
    }

    var runningDeployment: DeploymentSummary? { inProgress.running }

    private var inProgress: DeploymentsInProgress<DeploymentSummary> {
        DeploymentsInProgress(among: deployments.rows.prefix(Self.recent)) { $0.stage }
    }

    /// States that a queued deployment waits for the running one only: `waiting for deployment 12 to end`; nil for any other.
    func turn(of row: DeploymentSummary) -> String? {
        row.stage == .queued ? Array(deployments.rows.prefix(Self.recent)).turn(of: row) : nil
    }

    /// The apps as far as they are still as reported, after the deployments that ended since then.
    var currentApps: AppsReport? { apps?.corrected(by: deployments.rows.prefix(Self.recent)) }

    /// The change between two commits that a deployment is making at the target, or left incomplete; nil without one.
    var change: VersionChange? { currentApps?.change(by: deployments.rows.prefix(Self.recent)) }

    /// The meaning of "roll back".
    var rollbackTarget: RollbackTarget { .choose(from: deployments.rows, apps: apps) }

    /// The deployment of another version that a rollback to the last success replaces; nil for any other rollback.
    func otherVersion(replacedBy target: DeploymentSummary) -> DeploymentSummary? {
        let replaced = RollbackTarget.replaced(by: target, in: deployments.rows, apps: apps)
        return replaced?.stage == .succeeded ? nil : replaced
    }

    /// Whether a commit certainly runs, so that a rollback to it would change nothing.
    func isRunning(_ commit: String) -> Bool {
        RollbackTarget.isRunning(commit, after: deployments.rows, apps: apps)
    }

    /// The newest successful deployment.
    var deployed: DeploymentSummary? {
        deployments.rows.first { $0.stage == .succeeded }
    }

    /// The deployment of a delivery; after an interruption, the newer deployment of its commit.
    func deployment(of delivery: DeliverySummary) -> DeploymentSummary? {
        delivery.deployment.flatMap { deployments[$0] }
    }

    private mutating func append(_ line: LogLine) {
        guard let id = line.deployment else { return engineLog.append(line) }
        if deploymentLogs[id] == nil { dropOldestLog() }
        deploymentLogs[id, default: LogTail()].append(line)
    }

    private mutating func dropOldestLog() {
        guard deploymentLogs.count >= Self.keptLogs, let oldest = deploymentLogs.keys.min() else { return }
        deploymentLogs[oldest] = nil
    }
}

/// A deployment, the delivery that triggered it, and the commit of the apps that it changed.
struct RelatedRows: Equatable {
    var delivery: Int64?
    var deployment: Int64?
    var commit: String?

    init() {}

    init(_ row: DeliverySummary) {
        delivery = row.id
        deployment = row.deployment
        commit = row.deployment == nil ? nil : row.commit
    }

    init(_ row: DeploymentSummary) {
        delivery = row.delivery
        deployment = row.id
        commit = row.commit
    }

    /// The deployment that last changed the app, and the apps that it changed as well.
    init(_ app: AppSummary, in mirror: EngineMirror) {
        let cause = app.commit.flatMap { commit in
            mirror.deployments.rows.first { $0.commit == commit && ($0.stage == .succeeded || $0.isRunning) }
        }
        if let cause { self.init(cause) } else { self.init() }
        commit = app.commit
    }

    func contains(_ row: DeliverySummary) -> Bool {
        row.id == delivery || deployment != nil && row.deployment == deployment
    }

    func contains(_ row: DeploymentSummary) -> Bool {
        row.id == deployment
    }

    func contains(_ app: AppSummary) -> Bool {
        commit != nil && app.commit == commit
    }
}

/// The lines of one log, oldest first, without duplicates. Bounded.
struct LogTail: Equatable, Sendable {
    static let limit = 4000
    private static let slack = 500

    private(set) var lines: [LogLine] = []

    init(_ lines: [LogLine] = []) {
        merge(lines)
    }

    mutating func append(_ line: LogLine) {
        guard let last = lines.last, line.sequence <= last.sequence else {
            lines.append(line)
            trim()
            return
        }
        let index = insertionIndex(of: line.sequence)
        if lines[index].sequence != line.sequence { lines.insert(line, at: index) }
    }

    mutating func merge(_ others: [LogLine]) {
        for line in others { append(line) }
    }

    private func insertionIndex(of sequence: Int64) -> Int {
        var low = 0
        var high = lines.count
        while low < high {
            let middle = (low + high) / 2
            if lines[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func trim() {
        if lines.count > Self.limit + Self.slack { lines.removeFirst(Self.slack) }
    }
}

extension EngineMirror {
    /// The head of the branch as far as it is known: from the newest push that GitHub delivered, or that was found by
    /// polling or in GitHub's log.
    var lastSeenHead: PlanReport.Commit? {
        let delivered = deliveries.rows.first { $0.verdict == .accepted && $0.commit != nil }
        let recent = Array(deployments.rows.prefix(50))
        let found = recent.indices.lazy.map { (row: recent[$0], older: recent[($0 + 1)...]) }.first { row, older in
            // One that was queued again is not a push.
            [.poll, .recovery].contains(row.trigger) && row.requestedBy == nil && row.attempt == 1
                && !older.contains { $0.commit == row.commit }
        }?.row
        if let found, delivered.map({ $0.receivedAt < found.queuedAt }) ?? true {
            return PlanReport.Commit(id: found.commit, message: found.message)
        }
        return delivered.flatMap { row in row.commit.map { PlanReport.Commit(id: $0, message: row.message) } }
    }
}
