import Foundation
import Glibc

/// How the observer behaves with the history of years, in about seven minutes.
enum ScaleBenchmarks {
    static func run(_ results: inout Results) async throws {
        try await DeploymentBenchmarks.measureManySpecs(&results)
        try ManyObservers.measure(&results)
        try measureHistory(&results)
        try measureBurst(&results)
        try measureLargeState(&results)
        try measureRetention(&results)
    }

    /// Does an accepted push get slower with the number of earlier deployments?
    private static func measureHistory(_ results: inout Results) throws {
        for count in [0, 10_000, 100_000] {
            let directory = try State.make(deployments: count)
            defer { try? FileManager.default.removeItem(atPath: directory) }
            try Observed.withRunning(in: directory) { program in
                var push = Push(isAccepted: true)
                _ = try Load.run(on: program.port, connections: 16, of: &push, upTo: 200)
                let cpu = program.use.cpu
                let load = try Load.run(on: program.port, connections: 16, of: &push, upTo: 1500)
                results.add(
                    "CPU time per accepted push, \(count) old deployments",
                    (program.use.cpu - cpu).inMilliseconds / Double(load.count))
            }
        }
    }

    /// 10,000 accepted pushes at once.
    private struct Burst {
        /// Pushes per second.
        let rate: Double
        /// The rate of the last quarter relative to that of the first.
        let steadiness: Double
        let megabytes: Double
        /// The attached clients that were sent the last push.
        let informed: Double

        static func run(clients: Int) throws -> Burst {
            try Observed.withRunning { program in
                program.settle()
                let attached = try AttachedClients(clients, to: program.directory + "/control.sock")
                defer { attached.stop() }
                var push = Push(isAccepted: true)
                var rates: [Double] = []
                let start = ContinuousClock.now
                for _ in 0..<4 {
                    let load = try Load.run(on: program.port, connections: 64, of: &push, upTo: 2500)
                    guard load.failures == 0 else { throw Connection.Failed() }
                    rates.append(load.perSecond)
                }
                let rate = 10_000 / (ContinuousClock.now - start).inSeconds
                return Burst(
                    rate: rate, steadiness: rates[3] / rates[0], megabytes: Double(program.use.megabytes),
                    informed: Double(attached.count(seeing: Push.commit(push.count))))
            }
        }
    }

    /// Bursts without clients alternate with bursts with clients.
    private static func measureBurst(_ results: inout Results) throws {
        let clients = 50
        let rounds = try (0..<3).map { _ in
            (alone: try Burst.run(clients: 0), attached: try Burst.run(clients: clients))
        }
        results.add("burst of 10,000 accepted pushes", rounds.map(\.alone.rate).median)
        results.add("burst, last quarter relative to the first", rounds.map(\.alone.steadiness).median)
        let with = "burst with \(clients) attached clients"
        results.add(with, rounds.map { $0.attached.rate / $0.alone.rate }.median)
        results.add(
            "\(with), additional memory",
            rounds.map(\.attached.megabytes).median - rounds.map(\.alone.megabytes).median)
        results.add("attached clients that end with the newest state", rounds.map(\.attached.informed).min() ?? 0)
    }

    private static func measureLargeState(_ results: inout Results) throws {
        let directory = try State.make(deliveries: 60_000, bodySize: 8000)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var starts: [Double] = []
        for _ in 0..<3 {
            State.dropCache(of: directory)
            let start = ContinuousClock.now
            try Observed.withRunning(in: directory) { _ in starts.append((ContinuousClock.now - start).inMilliseconds) }
        }
        results.add("start with 500 MB of state, cold cache", starts.median)
    }

    /// Half of a million deliveries is pruned at the start. How long does a delivery wait meanwhile?
    private static func measureRetention(_ results: inout Results) throws {
        let directory = try State.make(deliveries: 1_000_000, bodySize: 300)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Observed.withRunning(in: directory) { program in
            try time("health check with a million deliveries", &results) {
                try Connection(.port(program.port)).get("/healthz")
            }
            try time("page of a verdict that none of a million deliveries has", &results) {
                try Connection(.socket(directory + "/control.sock")).get("/v1/deliveries?verdict=duplicate")
            }
        }
        try Observed.withRunning(in: directory, keep: "180d,100000MiB") { program in
            var push = Push(isAccepted: true)
            var (longest, journal) = (0.0, 0)
            let start = ContinuousClock.now
            while ContinuousClock.now - start < .seconds(240) {
                let load = try Load.run(on: program.port, connections: 1, of: &push, upTo: 20)
                longest = max(longest, load.latencies.max() ?? 0)
                journal = max(journal, State.size(of: directory + "/observer.sqlite-wal"))
                let output = try String(contentsOfFile: directory + "/output", encoding: .utf8)
                if output.contains("Pruned") { break }
            }
            // The journal is emptied at the end.
            let load = try Load.run(on: program.port, connections: 1, of: &push, upTo: 200)
            longest = max(longest, load.latencies.max() ?? 0)
            results.add(
                "longest wait while 500,000 deliveries are pruned", longest,
                "in \(Int((ContinuousClock.now - start).inSeconds)) s")
            results.add("journal while 500,000 deliveries are pruned", Double(journal) / 1_000_000)
        }
    }

    private static func time(_ name: String, _ results: inout Results, _ request: () throws -> Int) throws {
        var times: [Double] = []
        for _ in 0..<10 {
            // A health check less than a second later would repeat the answer of the one before.
            Thread.sleep(forTimeInterval: 1.1)
            let start = ContinuousClock.now
            guard try request() == 200 else { throw Connection.Failed() }
            times.append((ContinuousClock.now - start).inMilliseconds)
        }
        results.add(name, times.median)
    }
}
