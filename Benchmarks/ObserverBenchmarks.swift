import Foundation
import ObserverEngine
import ObserverTUI

/// Measures the dashboard in a terminal of 120x40, from the engine's event to the bytes that the terminal gets.
@main
struct ObserverBenchmarks {
    let terminal: PseudoTerminal
    let connection = SampleConnection()

    static func main() async throws {
        setenv("TERM", "xterm-256color", 1)
        setenv("LC_ALL", "C.UTF-8", 1)
        let benchmarks = ObserverBenchmarks(terminal: try PseudoTerminal())
        let connection = benchmarks.connection
        let dashboard = Task {
            try await DashboardRunner.run(connection: connection, owner: .elsewhere(address: "sample"))
        }
        _ = try await benchmarks.terminal.wait(for: "live")
        try await benchmarks.run()
        dashboard.cancel()
        _ = try await dashboard.value
    }

    private func run() async throws {
        try await measureBytes()
        try await measureFrames()
        try await measureIdleness()
        try await measureFlood()
    }

    private func measureBytes() async throws {
        try await tellBytes("a task of a deployment becomes healthy") {
            connection.send(.deployment(Sample.deployment(ready: 4)))
        }
        try await tellBytes("a line is added to the log") { connection.send(.log(Sample.line(6))) }
        for number in 7...40 { connection.send(.log(Sample.line(Int64(number)))) }
        try await tellBytes("a line is added to a log that is full") { connection.send(.log(Sample.line(41))) }
        try await tellBytes("a deployment has succeeded") {
            connection.send(.deployment(Sample.deployment(ready: 5, stage: .succeeded)))
        }
        try await tellBytes("a push arrives") { connection.send(.delivery(Sample.delivery(101))) }
        try await tellBytes("the selection goes one row down") { terminal.type("j") }
    }

    private func tellBytes(_ what: String, _ happen: () -> Void) async throws {
        try await terminal.settle()
        terminal.reset()
        happen()
        try await terminal.settle()
        tell("\(what): \(terminal.record.bytes) bytes")
    }

    /// Each event comes alone, so each is a frame of its own.
    private func measureFrames() async throws {
        try await terminal.settle()
        let count = 100
        let began = ProcessUse.cpu
        for number in 1...count {
            connection.send(.deployment(Sample.deployment(ready: number % 5)))
            try await Task.sleep(for: .milliseconds(40))
        }
        let cpu = (ProcessUse.cpu - began) / count
        tell("an event taken in, drawn and painted: \(cpu.formatted) of processor time")
    }

    private func measureIdleness() async throws {
        try await terminal.settle()
        // Beyond the next minute, at which the clock of the status line goes on.
        try await Task.sleep(for: .seconds(62 - Date().timeIntervalSince1970.truncatingRemainder(dividingBy: 60)))
        let (own, all) = (ProcessUse.wakeUps(of: "terminal"), ProcessUse.wakeUps())
        terminal.reset()
        try await Task.sleep(for: .seconds(20))
        let frames = terminal.record.frames
        tell(
            "20 s in which nothing happens: \(frames) frames, \(ProcessUse.wakeUps(of: "terminal") - own) wake-ups of "
                + "the terminal's thread, \(ProcessUse.wakeUps() - all) of all")
    }

    private func measureFlood() async throws {
        let seconds = 30
        let (cpu, memory) = (ProcessUse.cpu, ProcessUse.megabytes)
        terminal.reset()
        var answers: [Duration] = []
        let clock = ContinuousClock.now
        for number in 1...(seconds * 1000) {
            connection.send(.delivery(Sample.delivery(Int64(1000 + number))))
            if number.isMultiple(of: 5000) { answers.append(try await timeOfHelp()) }
            try await Task.sleep(until: clock + .milliseconds(number), clock: .continuous)
        }
        tell("\(seconds) s with 1000 deliveries a second: \(terminal.record.frames / seconds) frames a second")
        tell("  \(((ProcessUse.cpu - cpu) / seconds).formatted) of processor time a second")
        tell("  from \(memory) MB to \(ProcessUse.megabytes) MB")
        tell("  a key is answered after \(answers.map(\.formatted).joined(separator: ", "))")
    }

    private func timeOfHelp() async throws -> Duration {
        let start = ContinuousClock.now
        terminal.type("?")
        _ = try await terminal.wait(for: "Enter runs it")
        defer { terminal.type("?") }
        return start.duration(to: .now)
    }

    private func tell(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}

extension Duration {
    fileprivate var formatted: String {
        String(format: "%.2f ms", Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15)
    }
}
