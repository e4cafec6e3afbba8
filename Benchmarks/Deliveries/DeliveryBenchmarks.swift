import Foundation

/// Measures deliveries, starts, commands, idling and memory, in about three minutes.
enum DeliveryBenchmarks {
    private static let rounds = 5

    static func run(_ results: inout Results) async throws {
        try measureRates(&results)
        try await DeploymentBenchmarks.measureDelay(&results)
        try measureStart(&results)
        try await DeploymentBenchmarks.measureIdle(&results)
        try measureMemory(&results)
    }

    /// In rounds that alternate with the peer, because other programs use the machine too.
    private static func measureRates(_ results: inout Results) throws {
        let observer = try Observed.start()
        let peer = Peer.isInstalled ? try Peer.start() : nil
        defer {
            observer.stop()
            peer?.stop()
        }
        var ignored = Push(isAccepted: false)
        var accepted = Push(isAccepted: true)
        var other = Push(path: "/hooks/dploy", isAccepted: false)
        _ = try Load.run(on: observer.port, connections: 64, of: &ignored, for: .seconds(1))
        for connections in [64, 1] {
            var (rates, ratios): ([Double], [Double]) = ([], [])
            var (costs, relativeCosts): ([Double], [Double]) = ([], [])
            var slowest: [Double] = []
            for _ in 0..<rounds {
                let cpu = observer.use.cpu
                let load = try Load.run(on: observer.port, connections: connections, of: &ignored, for: .seconds(3))
                guard load.failures == 0 else { throw Connection.Failed() }
                costs.append((observer.use.cpu - cpu).inMilliseconds * 1000 / Double(load.count))
                rates.append(load.perSecond)
                if let peer {
                    let cpu = peer.use.cpu
                    let rival = try Load.run(on: peer.port, connections: connections, of: &other, for: .seconds(3))
                    ratios.append(load.perSecond / rival.perSecond)
                    slowest.append(load.latencies.percentile(99) / rival.latencies.percentile(99))
                    let rivalCost = (peer.use.cpu - cpu).inMilliseconds * 1000 / Double(rival.count)
                    relativeCosts.append((costs.last ?? 0) / rivalCost)
                }
            }
            let plural = "\(connections) connection\(connections == 1 ? "" : "s")"
            results.add("deliveries per second, \(plural)", rates.median)
            if peer != nil { results.add("relative to webhook, \(plural)", ratios.median) }
            if peer != nil { results.add("p99 relative to webhook, \(plural)", slowest.median) }
            results.add("CPU time per delivery, \(plural)", costs.median)
            if peer != nil { results.add("CPU time relative to webhook, \(plural)", relativeCosts.median) }
        }
        let (size, cpu) = (try Self.size(of: observer), observer.use.cpu)
        let load = try Load.run(on: observer.port, connections: 16, of: &accepted, upTo: 2000)
        results.add("CPU time per accepted push", (observer.use.cpu - cpu).inMilliseconds / Double(load.count))
        results.add("disk per accepted push", Double(try Self.size(of: observer) - size) / 1000 / Double(load.count))
    }

    private static func measureStart(_ results: inout Results) throws {
        var (starts, ratios): ([Double], [Double]) = ([], [])
        for _ in 0..<11 {
            let start = try time { try Observed.start() }
            starts.append(start)
            if Peer.isInstalled { ratios.append(start / (try time { try Peer.start() })) }
        }
        results.add("start to the first answer", starts.median)
        if Peer.isInstalled { results.add("start relative to webhook", ratios.median) }
        try Observed.withRunning { program in
            try measureCommand(of: program, &results)
        }
    }

    /// Alternates with curl, which sends the same requests to the same socket.
    private static func measureCommand(of program: Program, _ results: inout Results) throws {
        let curl = "/usr/bin/curl"
        let paths = ["apps", "engine", "hook", "deliveries?limit=1", "deployments?limit=50"]
        let requests =
            ["-q", "-s", "-f", "--unix-socket", program.directory + "/control.sock"]
            + paths.map { "http://localhost/v1/\($0)" }
        let hasCurl = FileManager.default.isExecutableFile(atPath: curl)
        var (times, ratios): ([Double], [Double]) = ([], [])
        for _ in 0..<15 {
            let time = try Command.run([Observed.path, "status", "-state", program.directory]).inMilliseconds
            times.append(time)
            if hasCurl { ratios.append(time / (try Command.run([curl] + requests)).inMilliseconds) }
        }
        results.add("a command", times.median)
        if hasCurl { results.add("a command relative to curl", ratios.median) }
    }

    /// Milliseconds until the program responds. It is stopped after that.
    private static func time(_ start: () throws -> Program) throws -> Double {
        let begin = ContinuousClock.now
        let program = try start()
        let time = (ContinuousClock.now - begin).inMilliseconds
        program.stop()
        try? FileManager.default.removeItem(atPath: program.directory)
        return time
    }

    private static func measureMemory(_ results: inout Results) throws {
        try Observed.withRunning { program in
            var push = Push(isAccepted: false)
            let size = try Self.size(of: program)
            program.settle()
            _ = try Load.run(on: program.port, connections: 64, of: &push, upTo: 50_000)
            let before = program.use.megabytes
            _ = try Load.run(on: program.port, connections: 64, of: &push, upTo: 125_000)
            results.add("memory after 175,000 deliveries", Double(program.use.megabytes), "\(before) MB after 50,000")
            results.add("disk per delivery", Double(try Self.size(of: program) - size) / 1000 / 175_000)
        }
    }

    /// Bytes of the database without its journal.
    private static func size(of program: Program) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: program.directory + "/observer.sqlite")
        return attributes[.size] as? Int ?? 0
    }
}
