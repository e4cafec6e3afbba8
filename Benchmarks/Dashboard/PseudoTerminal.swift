import Foundation
import Glibc
import Synchronization

/// A 120x40 terminal that replaces this process's own and counts the output sent to it.
final class PseudoTerminal: Sendable {
    struct Record {
        var bytes = 0
        /// Output without a pause of a few milliseconds counts as one frame.
        var frames = 0
        var text = ""
        fileprivate var last = ContinuousClock.now
    }

    private static let gap = Duration.milliseconds(8)

    private let master: CInt
    private let state = Mutex(Record())

    init() throws {
        var (master, slave): (CInt, CInt) = (0, 0)
        var size = winsize(ws_row: 40, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&master, &slave, nil, nil, &size) == 0, dup2(slave, 0) == 0, dup2(slave, 1) == 1 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        self.master = master
        Thread { self.read() }.start()
    }

    var record: Record { state.withLock { $0 } }

    func type(_ keys: String) { _ = keys.withCString { write(master, $0, strlen($0)) } }

    /// Clears the record.
    func reset() { state.withLock { $0 = Record() } }

    /// Waits until no output has arrived for 250 ms.
    func settle() async throws {
        while record.last.duration(to: .now) < .milliseconds(250) { try await Task.sleep(for: .milliseconds(10)) }
    }

    /// Waits until the text appears in the output. Returns the elapsed time.
    func wait(for text: String) async throws -> Duration {
        let start = ContinuousClock.now
        while !record.text.contains(text) { try await Task.sleep(for: .milliseconds(1)) }
        return start.duration(to: .now)
    }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Foundation.read(master, &buffer, buffer.count)
            guard count > 0 else { return }
            state.withLock { record in
                let now = ContinuousClock.now
                if record.bytes == 0 || record.last.duration(to: now) > Self.gap { record.frames += 1 }
                record.bytes += count
                record.last = now
                record.text = String((record.text + String(decoding: buffer[..<count], as: UTF8.self)).suffix(8192))
            }
        }
    }
}
