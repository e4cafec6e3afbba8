import Synchronization

/// What is counted, in the text format of Prometheus.
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats
package final class Metrics: Sendable {
    private struct Counts {
        var deliveries: [Delivery.Verdict: Int] = [:]
        var deployments: [Deployment.Stage: Int] = [:]
        var hookRepairs = 0
        var durationBuckets = [Int](repeating: 0, count: Metrics.bucketBounds.count)
        var durationSum = 0.0
        var durationCount = 0
    }

    /// Upper bounds in seconds.
    private static let bucketBounds: [Double] = [1, 5, 10, 30, 60, 120, 300, 600, 1800]

    private let counts = Mutex(Counts())

    package init() {}

    package func count(delivery verdict: Delivery.Verdict) {
        counts.withLock { $0.deliveries[verdict, default: 0] += 1 }
    }

    /// Counts that the webhook at GitHub was not as it should be, and was mended.
    package func countHookRepair() {
        counts.withLock { $0.hookRepairs += 1 }
    }

    /// Counts a deployment that has ended.
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
    ///   - rateLimit: How many requests GitHub still allows.
    package func text(hook: HookState, rateLimit: Int?) -> String {
        let counts = counts.withLock(\.self)
        var text = PrometheusText()
        text.family("dploy_observer_info", .gauge, "The running program.")
        text.sample("dploy_observer_info", ["version": Version.current], 1)
        text.family("dploy_observer_deliveries_total", .counter, "Deliveries of GitHub by verdict.")
        for verdict in Delivery.Verdict.allCases {
            text.sample(
                "dploy_observer_deliveries_total", ["verdict": verdict.rawValue],
                Double(counts.deliveries[verdict, default: 0]))
        }
        text.family("dploy_observer_deployments_total", .counter, "Ended deployments by result.")
        for stage in Deployment.Stage.allCases where stage.isFinal {
            text.sample(
                "dploy_observer_deployments_total", ["result": stage.rawValue],
                Double(counts.deployments[stage, default: 0]))
        }
        let duration = "dploy_observer_deployment_duration_seconds"
        text.family(duration, .histogram, "How long ended deployments took.")
        for (bound, count) in zip(Self.bucketBounds, counts.durationBuckets) {
            text.sample(duration + "_bucket", ["le": PrometheusText.number(bound)], Double(count))
        }
        text.sample(duration + "_bucket", ["le": "+Inf"], Double(counts.durationCount))
        text.sample(duration + "_sum", [:], counts.durationSum)
        text.sample(duration + "_count", [:], Double(counts.durationCount))
        text.family("dploy_observer_hook_registered", .gauge, "1 while the webhook is registered as we want it.")
        text.sample("dploy_observer_hook_registered", [:], hook.registration == .registered ? 1 : 0)
        text.family(
            "dploy_observer_hook_repairs_total", .counter,
            "How often the webhook was not as it should be, and was mended.")
        text.sample("dploy_observer_hook_repairs_total", [:], Double(counts.hookRepairs))
        if let rateLimit {
            text.family("dploy_observer_github_rate_limit_remaining", .gauge, "Requests that GitHub still allows us.")
            text.sample("dploy_observer_github_rate_limit_remaining", [:], Double(rateLimit))
        }
        return text.description
    }
}
