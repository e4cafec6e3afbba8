import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Dashboard runner", .timeLimit(.minutes(5)))
struct RunnerTests {
    @Test("shows the snapshot, reads the log of the running deployment, and quits on q")
    func overview() async {
        await withRunner { terminal, _ in
            await terminal.wait { $0.text.contains("web 3 of 5 healthy") }
            terminal.press("q")
        } ending: {
            #expect($0 == .quit)
        }
    }

    @Test("responses of the observer appear on the screen")
    func actions() async {
        await withRunner { terminal, connection in
            await terminal.wait { $0.text.contains("● live") }
            terminal.press("r")
            await terminal.wait { $0.text.contains("Done.") }
            #expect(connection.actions == [.register])
            terminal.press(.enter)
            await terminal.wait { $0.text.contains("GitHub-Hookshot") }
            terminal.press(.escape, "2", .enter)
            await terminal.wait { $0.text.contains("/container/docker/image") }
            terminal.press(.escape, "1", "G")
            await terminal.wait { $0.text.contains("Ancient") }
            terminal.press("q")
        } ending: {
            #expect($0 == .quit)
        }
    }

    @Test("a rejected action shows the reason")
    func refusal() async throws {
        await withRunner { terminal, _ in
            await terminal.wait { $0.text.contains("● live") }
            terminal.press("R")
            await terminal.wait { $0.text.contains("Replay this delivery?") }
            try? await Task.sleep(for: .milliseconds(350))
            terminal.press("y")
            await terminal.wait { $0.text.contains("The delivery no longer exists.") }
            terminal.press("q")
        } ending: {
            #expect($0 == .quit)
        }
    }

    @Test("reconnects after losing the stream, shows the missed changes, and accepts actions again")
    func reconnect() async {
        await withRunner { terminal, connection in
            await terminal.wait { $0.text.contains("● live") }
            connection.drop(ControlRefusal(sentence: "the proxy closed the connection"))
            connection.send(.delivery(Sample.delivery(7, 0, "Missed push")))
            await terminal.wait { $0.text.contains("Connection lost: the proxy closed the connection") }
            await terminal.wait { canvas in
                ["● live", "Reconnected after", "Missed push"].allSatisfy { canvas.text.contains($0) }
            }
            #expect(connection.connections == 2)
            terminal.press("r")
            await terminal.wait { $0.text.contains("Done.") }
            #expect(connection.actions == [.register])
            terminal.press("q")
        } ending: {
            #expect($0 == .quit)
        }
    }

    @Test("reconnects to a restarted observer")
    func restart() async {
        await withRunner { terminal, connection in
            await terminal.wait { $0.text.contains("● live") }
            connection.restart()
            await terminal.wait { $0.text.contains("Connection lost: the observer stopped") }
            await terminal.wait { $0.text.contains("observer restarted") }
            terminal.press("q")
        } ending: {
            #expect($0 == .quit)
        }
    }

    @Test("passes copying, mouse, redraw and suspend to the terminal")
    func terminal() async {
        await withRunner { terminal, _ in
            await terminal.wait { $0.text.contains("● live") }
            terminal.press("y", "m", .control("l"), .control("z"))
            terminal.send(.resized(Size(columns: 80, rows: 24)))
            await terminal.wait { $0.size.columns == 80 && $0.text.contains("Mouse on") }
            terminal.press("q")
        } ending: {
            #expect($0 == .quit)
        } record: { record in
            #expect(record.copies == [Sample.deliveries[0].commit])
            #expect(record.mouse == [true])
            #expect(record.repaints == 1)
            #expect(record.suspensions == 1)
        }
    }

    @Test("draws at most 30 frames per second during a flood of events, and still reads keys")
    func flood() async {
        let start = ContinuousClock.now
        await withRunner { terminal, connection in
            await terminal.wait { $0.text.contains("● live") }
            for id in 100..<2000 { connection.send(.delivery(Sample.delivery(Int64(id), 0, "Push \(id)"))) }
            await terminal.wait { $0.text.contains("Push 1999") }
            terminal.press("q")
        } ending: {
            #expect($0 == .quit)
        } record: { record in
            let seconds = Double((ContinuousClock.now - start).components.seconds) + 1
            #expect(Double(record.frames) <= seconds * 31)
        }
    }

    @Test("ends on a signal, a closed terminal or cancellation")
    func endings() async {
        await withRunner { terminal, _ in
            terminal.send(.ended(signal: 15))
        } ending: {
            #expect($0 == .signal(15))
        }
        await withRunner { terminal, _ in
            terminal.hangUp()
        } ending: {
            #expect($0 == .hungUp)
        }
        let runner = Self.runner(RecordingTerminal(), MemoryConnection())
        let task = Task { await runner.run() }
        task.cancel()
        #expect(await task.value == .cancelled)
    }

    private static func runner(
        _ terminal: RecordingTerminal, _ connection: MemoryConnection
    ) -> DashboardRunner<MemoryConnection> {
        DashboardRunner(
            connection: connection, terminal: terminal,
            dashboard: Dashboard(owner: .elsewhere(address: "here"), size: terminal.size, at: Date()))
    }

    private func withRunner(
        _ body: (RecordingTerminal, MemoryConnection) async -> Void, ending: (DashboardEnding) -> Void,
        record: (RecordingTerminal.Record) -> Void = { _ in }
    ) async {
        let terminal = RecordingTerminal()
        let connection = MemoryConnection()
        let runner = Self.runner(terminal, connection)
        async let ended = runner.run()
        await body(terminal, connection)
        ending(await ended)
        record(terminal.record)
    }
}
