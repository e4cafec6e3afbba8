import Foundation
import Synchronization

@testable import ObserverTUI

/// A terminal without a screen: tests press its keys and wait for its frames.
final class RecordingTerminal: Terminal {
    struct Record {
        var canvas: Canvas?
        var frames = 0
        var copies: [String] = []
        var mouse: [Bool] = []
        var suspensions = 0
        var repaints = 0
        var isClosed = false
    }

    let size: Size
    let events: AsyncStream<TerminalEvent>
    private let continuation: AsyncStream<TerminalEvent>.Continuation
    private let shown: AsyncStream<Canvas>
    private let shownContinuation: AsyncStream<Canvas>.Continuation
    private let state = Mutex(Record())

    init(size: Size = Size(columns: 120, rows: 40)) {
        self.size = size
        (events, continuation) = AsyncStream.makeStream()
        (shown, shownContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var record: Record { state.withLock { $0 } }

    func send(_ event: TerminalEvent) { continuation.yield(event) }
    func hangUp() { continuation.finish() }

    func press(_ keys: Key...) {
        for key in keys { send(.keys([key])) }
    }

    /// Returns the first frame, starting with the current one, that fulfils the condition.
    @discardableResult
    func wait(until isTrue: (Canvas) -> Bool) async -> Canvas? {
        for await canvas in shown where isTrue(canvas) { return canvas }
        return nil
    }

    func show(_ canvas: Canvas) {
        state.withLock {
            $0.canvas = canvas
            $0.frames += 1
        }
        shownContinuation.yield(canvas)
    }

    func setMouse(_ isOn: Bool) { state.withLock { $0.mouse.append(isOn) } }
    func copy(_ text: String) { state.withLock { $0.copies.append(text) } }
    func repaint() { state.withLock { $0.repaints += 1 } }
    func suspend() { state.withLock { $0.suspensions += 1 } }
    func close() { state.withLock { $0.isClosed = true } }
}
