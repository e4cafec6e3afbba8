import Foundation
import Synchronization

/// The counters of a watched branch, in the text format of Prometheus.
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats
package final class Metrics: Sendable {
    private struct Counts {
        var deliveries: [Delivery.Verdict: Int] = [:]
        var deployments: [Deployment.Stage: Int] = [:]
        var hookRepairs = 0
        /// nil before the first comparison, and while the apps can't be read.
        var driftedApps: Int?
        var durationBuckets = [Int](repeating: 0, count: Metrics.bucketBounds.count)
        var durationSum = 0.0
        var durationCount = 0
    }

    /// Upper bounds in seconds.
    private static let bucketBounds: [Double] = [1, 5, 10, 30, 60, 120, 300, 600, 1800]

    private let branch: WatchedBranch
    private let counts = Mutex(Counts())

    package init(of branch: WatchedBranch) {
        self.branch = branch
    }

    package func count(delivery verdict: Delivery.Verdict) {
        counts.withLock { $0.deliveries[verdict, default: 0] += 1 }
    }

    /// Counts a repair of the webhook on GitHub.
    package func countHookRepair() {
        counts.withLock { $0.hookRepairs += 1 }
    }

    /// The number of apps that differ from the specs of the commit that should be running; nil while it is not known.
    func note(driftedApps: Int?) {
        counts.withLock { $0.driftedApps = driftedApps }
    }

    /// Counts a deployment that ends, also one that was superseded or cancelled before it started.
    package func note(_ change: EngineChange) {
        guard case .deployment(let deployment) = change, deployment.stage.isFinal,
            deployment.request.branch == branch
        else { return }
        count(deployment: deployment.stage, took: deployment.duration(now: Date()))
    }

    /// - Parameter duration: nil if it never started.
    package func count(deployment result: Deployment.Stage, took duration: Duration?) {
        counts.withLock { counts in
            counts.deployments[result, default: 0] += 1
            guard let seconds = duration?.seconds else { return }
            counts.durationSum += seconds
            counts.durationCount += 1
            for (index, bound) in Self.bucketBounds.enumerated() where seconds <= bound {
                counts.durationBuckets[index] += 1
            }
        }
    }

    /// - Parameters:
    ///   - rateLimit: Requests that GitHub still allows.
    ///   - waits: The rules for which queued deployments wait, one each; nil if they are not known.
    package func text(
        hook: HookState, rateLimit: Int?, engine: EngineState? = nil, waits: [DeploymentWait.Rule]? = nil
    ) -> String {
        let counts = counts.withLock(\.self)
        var text = PrometheusText()
        text.family("dploy_observer_info", .gauge, "The running program.")
        text.sample("dploy_observer_info", ["version": Version.current], 1)
        text.labels = ["repository": branch.repository.description, "branch": branch.name]
        text.family("dploy_observer_deliveries_total", .counter, "Deliveries from GitHub by verdict.")
        for verdict in Delivery.Verdict.allCases {
            text.sample(
                "dploy_observer_deliveries_total", ["verdict": verdict.rawValue],
                Double(counts.deliveries[verdict, default: 0]))
        }
        text.family("dploy_observer_deployments_total", .counter, "Finished deployments by result.")
        for stage in Deployment.Stage.allCases where stage.isFinal {
            text.sample(
                "dploy_observer_deployments_total", ["result": stage.rawValue],
                Double(counts.deployments[stage, default: 0]))
        }
        let duration = "dploy_observer_deployment_duration_seconds"
        text.family(duration, .histogram, "Duration of finished deployments.")
        for (bound, count) in zip(Self.bucketBounds, counts.durationBuckets) {
            text.sample(duration + "_bucket", ["le": PrometheusText.number(bound)], Double(count))
        }
        text.sample(duration + "_bucket", ["le": "+Inf"], Double(counts.durationCount))
        text.sample(duration + "_sum", [:], counts.durationSum)
        text.sample(duration + "_count", [:], Double(counts.durationCount))
        text.family("dploy_observer_hook_registered", .gauge, "1 while the webhook is registered and up to date.")
        text.sample("dploy_observer_hook_registered", [:], hook.registration == .registered ? 1 : 0)
        text.family(
            "dploy_observer_hook_repairs_total", .counter, "Repairs of the webhook.")
        text.sample("dploy_observer_hook_repairs_total", [:], Double(counts.hookRepairs))
        if let drifted = counts.driftedApps {
            text.family("dploy_observer_drifted_apps", .gauge, "Apps that differ from their specs.")
            text.sample("dploy_observer_drifted_apps", [:], Double(drifted))
        }
        if let rateLimit {
            text.family("dploy_observer_github_rate_limit_remaining", .gauge, "Requests that GitHub still allows.")
            text.sample("dploy_observer_github_rate_limit_remaining", [:], Double(rateLimit))
        }
        if let engine { text.add(engine) }
        if let waits { text.add(waits) }
        return text.description
    }
}

extension PrometheusText {
    fileprivate mutating func add(_ engine: EngineState) {
        let flags = [
            ("paused", "1 while deployments are paused.", engine.isPaused),
            ("held", "1 while an operator's choice holds the branch.", engine.heldAt != nil),
            ("head_blocked", "1 while the head of the branch is not deployed automatically.", engine.blocked != nil),
        ]
        for (name, help, isSet) in flags {
            family("dploy_observer_\(name)", .gauge, help)
            sample("dploy_observer_\(name)", [:], isSet ? 1 : 0)
        }
        add([engine.gitHub, engine.target].compactMap(\.self))
    }

    fileprivate mutating func add(_ waits: [DeploymentWait.Rule]) {
        let name = "dploy_observer_waiting_deployments"
        family(name, .gauge, "Queued deployments that a rule keeps from starting.")
        for rule in DeploymentWait.Rule.allCases {
            sample(name, ["rule": rule.rawValue], Double(waits.count { $0 == rule }))
        }
    }

    private mutating func add(_ dependencies: [DependencyState]) {
        let known = dependencies.filter { $0.condition != .unknown }
        guard !known.isEmpty else { return }
        family("dploy_observer_dependency_up", .gauge, "1 while the service responds and accepts the credentials.")
        for state in known {
            let isUp = state.condition == .reachable
            sample("dploy_observer_dependency_up", ["dependency": state.name.lowercased()], isUp ? 1 : 0)
        }
        let answered = "dploy_observer_dependency_last_answer_timestamp_seconds"
        family(answered, .gauge, "When the service last responded, in seconds since 1970.")
        for state in known {
            guard let last = state.lastAnswerAt else { continue }
            sample(answered, ["dependency": state.name.lowercased()], last.timeIntervalSince1970.rounded())
        }
    }
}

/// Writes the text format of Prometheus, version 0.0.4.
private struct PrometheusText: CustomStringConvertible {
    enum Kind: String {
        case counter, gauge, histogram
    }

    private(set) var description = ""
    /// Labels of every following sample.
    var labels: [String: String] = [:]

    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        description += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ own: [String: String], _ value: Double) {
        let list = labels.merging(own) { _, own in own }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        description += "\(name){\(list)} \(Self.number(value))\n"
    }

    static func number(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? String(value)
    }

    /// The name of a branch may hold quotes.
    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
}
