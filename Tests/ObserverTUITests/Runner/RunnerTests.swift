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
            await terminal.wait { $0.text.contains("connected   ") }
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
            await terminal.wait { $0.text.contains("connected   ") }
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
            await terminal.wait { $0.text.contains("connected   ") }
            connection.drop(ControlRefusal(sentence: "the proxy closed the connection"))
            connection.send(.push(7, "Missed push"))
            await terminal.wait { $0.text.contains("Connection lost: the proxy closed the connection") }
            await terminal.wait { canvas in
                ["connected   ", "Reconnected after", "Missed push"].allSatisfy { canvas.text.contains($0) }
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
            await terminal.wait { $0.text.contains("connected   ") }
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
            await terminal.wait { $0.text.contains("connected   ") }
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
            await terminal.wait { $0.text.contains("connected   ") }
            for id in 100..<2000 { connection.send(.push(Int64(id), "Push \(id)")) }
            await terminal.wait { $0.text.contains("Push 1999") }
            terminal.press("q")
        } ending: {
            #expect($0 == .quit)
        } record: { record in
            let seconds = Double((ContinuousClock.now - start).components.seconds) + 1
            #expect(Double(record.frames) <= seconds * 31)
        }
    }

    @Test("after dropped events, shows the new snapshot and reads the log and the open details again")
    func droppedEvents() async {
        await withRunner(MemoryConnection(isStalled: true)) { terminal, connection in
            await terminal.wait { $0.text.contains("web 3 of 5 healthy") }
            terminal.press("2", .enter)
            await terminal.wait { $0.text.contains("/container/docker/image") }
            connection.changeSnapshot { snapshot in
                snapshot.deployments[0].outcome = "2 apps changed"
                snapshot.deployments[0].stage = .succeeded
            }
            let before = connection.reads.count
            connection.flood()
            connection.proceed()
            await terminal.wait { $0.text.contains("2 apps changed") }
            // Equal content is not drawn again.
            while connection.reads.count < before + 2, !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(10))
            }
            #expect(Set(connection.reads[before...]) == ["deployment 41", "log 41"])
            terminal.press("q", "q")
        }
    }

    @Test("details that could not be read while disconnected are read when it is connected again")
    func openDetail() async {
        await withRunner { terminal, connection in
            await terminal.wait { $0.text.contains("connected   ") }
            connection.drop(ControlRefusal(sentence: "the proxy closed the connection"))
            await terminal.wait { $0.text.contains("Connection lost") }
            terminal.press(.enter)
            await terminal.wait { $0.text.contains("GitHub-Hookshot") }
            terminal.press("q", "q")
        }
    }

    @Test("actions reach the observer in the order of their keys, and quitting names those without an answer")
    func unanswered() async {
        await withRunner(MemoryConnection(answersActions: false)) { terminal, connection in
            await terminal.wait { $0.text.contains("connected   ") }
            terminal.press("p", "r", "q")
        } ending: {
            #expect($0 == .quit)
        } farewell: {
            #expect($0?.contains("No response yet to 'observer ping', 'observer register'") == true)
        }
    }

    @Test("quitting waits for the answers to actions that were sent a moment ago")
    func answered() async {
        await withRunner { terminal, _ in
            await terminal.wait { $0.text.contains("connected   ") }
            terminal.press("p", "r", "q")
        } ending: {
            #expect($0 == .quit)
        } farewell: {
            #expect($0 == nil)
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
        _ connection: MemoryConnection = MemoryConnection(),
        _ body: (RecordingTerminal, MemoryConnection) async -> Void, ending: (DashboardEnding) -> Void = { _ in },
        record: (RecordingTerminal.Record) -> Void = { _ in }, farewell: (String?) -> Void = { _ in }
    ) async {
        let terminal = RecordingTerminal()
        let runner = Self.runner(terminal, connection)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await connection.run() }
            async let ended = runner.run()
            await body(terminal, connection)
            ending(await ended)
            group.cancelAll()
        }
        record(terminal.record)
        farewell(await runner.farewell)
    }
}
