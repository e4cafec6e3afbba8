import Foundation
import ObserverEngine
import ObserverTUI

/// Measures the dashboard in a 120x40 terminal, from an engine event to the bytes sent to the terminal.
struct DashboardBenchmark {
    let terminal: PseudoTerminal
    let connection = SampleConnection()

    static func run() async throws {
        setenv("TERM", "xterm-256color", 1)
        setenv("LC_ALL", "C.UTF-8", 1)
        let benchmarks = DashboardBenchmark(terminal: try PseudoTerminal())
        let connection = benchmarks.connection
        let dashboard = Task {
            try await DashboardRunner.run(connection: connection, owner: .elsewhere(address: "sample"))
        }
        _ = try await benchmarks.terminal.wait(for: "connected")
        try await benchmarks.run()
        dashboard.cancel()
        _ = try await dashboard.value
    }

    private func run() async throws {
        try await measureBytes()
        try await measureFrames()
        try await measureIdle()
        try await measureFlood()
    }

    private func measureBytes() async throws {
        try await reportBytes("a task becomes healthy") {
            connection.send(.deployment(Sample.deployment(ready: 4)))
        }
        try await reportBytes("a log line is added") { connection.send(.log(Sample.line(6))) }
        for number in 7...40 { connection.send(.log(Sample.line(Int64(number)))) }
        try await reportBytes("a log line is added to a full pane") { connection.send(.log(Sample.line(41))) }
        try await reportBytes("a deployment succeeds") {
            connection.send(.deployment(Sample.deployment(ready: 5, stage: .succeeded)))
        }
        try await reportBytes("a push arrives") { connection.send(.delivery(Sample.delivery(101))) }
        try await reportBytes("the selection moves down one row") { terminal.type("j") }
    }

    private func reportBytes(_ event: String, _ trigger: () -> Void) async throws {
        try await terminal.settle()
        terminal.reset()
        trigger()
        try await terminal.settle()
        report("\(event): \(terminal.record.bytes) bytes")
    }

    /// Events are spaced out, so that each one causes a separate frame.
    private func measureFrames() async throws {
        try await terminal.settle()
        let count = 100
        let began = ProcessUse.own.cpu
        for number in 1...count {
            connection.send(.deployment(Sample.deployment(ready: number % 5)))
            try await Task.sleep(for: .milliseconds(40))
        }
        let cpu = (ProcessUse.own.cpu - began) / count
        report("processing and drawing an event: \(cpu.formatted) CPU time")
    }

    private func measureIdle() async throws {
        try await terminal.settle()
        // Start after the next full minute, when the clock in the status line changes.
        try await Task.sleep(for: .seconds(62 - Date().timeIntervalSince1970.truncatingRemainder(dividingBy: 60)))
        let (own, all) = (ProcessUse.own.wakeUps(of: "terminal"), ProcessUse.own.wakeUps())
        terminal.reset()
        try await Task.sleep(for: .seconds(20))
        let frames = terminal.record.frames
        report(
            "20 s idle: \(frames) frames, \(ProcessUse.own.wakeUps(of: "terminal") - own) wake-ups of the terminal thread, "
                + "\(ProcessUse.own.wakeUps() - all) of all threads")
    }

    private func measureFlood() async throws {
        let seconds = 30
        let (cpu, memory) = (ProcessUse.own.cpu, ProcessUse.own.megabytes)
        terminal.reset()
        var latencies: [Duration] = []
        let clock = ContinuousClock.now
        for number in 1...(seconds * 1000) {
            connection.send(.delivery(Sample.delivery(Int64(1000 + number))))
            if number.isMultiple(of: 5000) { latencies.append(try await helpLatency()) }
            try await Task.sleep(until: clock + .milliseconds(number), clock: .continuous)
        }
        report("1000 deliveries/s for \(seconds) s: \(terminal.record.frames / seconds) frames/s")
        report("  \(((ProcessUse.own.cpu - cpu) / seconds).formatted) CPU time per second")
        report("  memory grew from \(memory) MB to \(ProcessUse.own.megabytes) MB")
        report("  key latency: \(latencies.map(\.formatted).joined(separator: ", "))")
    }

    private func helpLatency() async throws -> Duration {
        let start = ContinuousClock.now
        terminal.type("?")
        _ = try await terminal.wait(for: "Enter runs the key")
        defer { terminal.type("?") }
        return start.duration(to: .now)
    }

    private func report(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}

extension Duration {
    fileprivate var formatted: String {
        String(format: "%.2f ms", Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15)
    }
}
