import Foundation
import Processes
import Simulators
import Subprocess
import SystemPackage
import Testing

@Suite("A terminal that accepts no output", .serialized)
struct StalledTerminalTests {
    @Test(
        "a signal ends the dashboard within 2 s, and restores the modes of the terminal", arguments: [SIGTERM, SIGINT])
    func run(signal: CInt) async throws {
        try await withProcessWorld { world in
            try await expectEnd(of: [], in: world, after: signal)
        }
    }

    @Test("a signal ends an attached dashboard within 2 s", arguments: [SIGTERM, SIGINT])
    func attach(signal: CInt) async throws {
        try await withProcessWorld { world in
            _ = try await world.observe(arguments: ["-plain"]) { observer in
                try await observer.log.wait(for: "Listening on")
                try await expectEnd(of: ["attach"], in: world, after: signal)
                observer.terminate()
            }
        }
    }

    private func expectEnd(of arguments: [String], in world: ProcessWorld, after signal: CInt) async throws {
        let terminal = try StallingTerminal()
        let modes = terminal.modes
        let ending = Stopwatch()
        let environment = world.environment.merging(["TERM": "xterm-256color", "LANG": "C.UTF-8"]) { $1 }
        let result = try await Subprocess.run(
            .path(ObserverProcess.path), arguments: Arguments(arguments), environment: .only(environment),
            workingDirectory: FilePath(world.directory),
            input: .fileDescriptor(terminal.screen, closeAfterSpawningProcess: false),
            output: .fileDescriptor(terminal.screen, closeAfterSpawningProcess: false), error: .discarded
        ) { execution in
            let pid = execution.processIdentifier.value
            try await terminal.wait(for: "registered")
            try await terminal.stall()
            ending.start()
            kill(pid, signal)
            try await waitForEnd(of: pid)
        }
        #expect(result.terminationStatus == .exited(0))
        // Twice the promised time, because the tests keep the machine busy.
        #expect(ending.elapsed < .seconds(4 * Slowness.factor))
        #expect(terminal.modes == modes)
    }

    /// Kills the process if it does not end, so that the test does.
    private func waitForEnd(of pid: pid_t) async throws {
        let deadline = ContinuousClock.now + .seconds(8 * Slowness.factor)
        while let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8), !state.contains(") Z ") {
            guard ContinuousClock.now < deadline else {
                kill(pid, SIGKILL)
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

/// A 120x40 terminal that can stop, as with Ctrl-S or when its connection is gone.
final class StallingTerminal: Sendable {
    struct Failure: Error {}

    /// The side of the program.
    let screen: FileDescriptor
    private let keyboard: FileDescriptor

    init() throws {
        var (keyboard, screen): (CInt, CInt) = (0, 0)
        var size = winsize(ws_row: 40, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&keyboard, &screen, nil, nil, &size) == 0 else { throw Failure() }
        for descriptor in [keyboard, screen] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(keyboard, F_SETFL, O_NONBLOCK)
        self.keyboard = FileDescriptor(rawValue: keyboard)
        self.screen = FileDescriptor(rawValue: screen)
    }

    deinit {
        try? keyboard.close()
        try? screen.close()
    }

    /// The flags that a raw terminal changes.
    var modes: [tcflag_t] {
        var modes = termios()
        tcgetattr(screen.rawValue, &modes)
        return [modes.c_iflag, modes.c_oflag, modes.c_lflag]
    }

    /// Waits until the program has printed the text.
    func wait(for text: String) async throws {
        let deadline = ContinuousClock.now + .testTimeout
        var output = ""
        while !output.contains(text) {
            guard ContinuousClock.now < deadline else { throw Failure() }
            var buffer = [UInt8](repeating: 0, count: 65536)
            let count = read(keyboard.rawValue, &buffer, buffer.count)
            if count > 0 { output += String(decoding: buffer[..<count], as: UTF8.self) }
            if count <= 0 { try await Task.sleep(for: .milliseconds(10)) }
        }
    }

    /// Stops all output, and makes the program repaint its screen.
    func stall() async throws {
        tcflow(screen.rawValue, TCOOFF)
        _ = "\u{0C}".withCString { write(keyboard.rawValue, $0, 1) }
        try await Task.sleep(for: .milliseconds(500))
    }
}
