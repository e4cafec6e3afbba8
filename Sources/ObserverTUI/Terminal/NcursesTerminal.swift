import CNcurses
import Dispatch
import Foundation
import Synchronization

/// The terminal of this process. Only its own thread calls ncurses; another one waits for signals, which must end the
/// process even while the terminal accepts no output.
final class NcursesTerminal: Terminal {
    /// For how long closing waits for a terminal that accepts no output.
    private static let farewell = DispatchTimeInterval.milliseconds(500)

    let size: Size
    let charset: Charset
    let events: AsyncStream<TerminalEvent>
    private let mailbox: Mailbox

    /// Shared by the terminal's thread and its callers.
    final class Mailbox: Sendable {
        let orders = Mutex(TerminalOrders())
        let isClosed = DispatchSemaphore(value: 0)

        func take() -> TerminalOrders {
            orders.withLock { orders in
                defer { orders = TerminalOrders() }
                return orders
            }
        }
    }

    private init(size: Size, charset: Charset, events: AsyncStream<TerminalEvent>, mailbox: Mailbox) {
        self.size = size
        self.charset = charset
        self.events = events
        self.mailbox = mailbox
    }

    /// - Throws: `TerminalUnavailable`
    static func open(
        owner: EngineOwner, forcesASCII: Bool, background: Theme.Background?, environment: [String: String]
    ) async throws -> NcursesTerminal {
        let entry: String
        switch TerminalCheck.entry(environment) {
        case .success(let found): entry = found
        case .failure(let problem): throw TerminalUnavailable(problem: problem, owner: owner)
        }
        let mailbox = Mailbox()
        let (events, continuation) = AsyncStream.makeStream(of: TerminalEvent.self)
        return try await withCheckedThrowingContinuation { opened in
            let thread = Thread {
                let charset: Charset = cn_locale_is_utf8() && !forcesASCII ? .unicode : .ascii
                guard cn_open(entry) == CN_OPENED else {
                    opened.resume(throwing: TerminalUnavailable(problem: .unknown(entry), owner: owner))
                    return
                }
                let theme = Theme(
                    colors: Int(cn_colors()), background: background, environment: environment)
                var loop = NcursesLoop(
                    theme: theme, mailbox: mailbox, events: continuation, environment: environment)
                opened.resume(
                    returning: NcursesTerminal(
                        size: loop.measure(), charset: charset, events: events, mailbox: mailbox))
                Thread { Self.reportEnd(to: continuation) }.start()
                loop.run()
                cn_close()
                continuation.finish()
                mailbox.isClosed.signal()
            }
            thread.start()
        }
    }

    func show(_ canvas: Canvas) { order { $0.canvas = canvas } }
    func setMouse(_ isOn: Bool) { order { $0.mouse = isOn } }
    func copy(_ text: String) { order { $0.copies.append(text) } }
    func repaint() { order { $0.repaints = true } }
    func suspend() { order { $0.suspends = true } }

    func close() async {
        order { $0.closes = true }
        await withCheckedContinuation { closed in
            // Neither blocks a thread of the pool, nor ends early if the task is cancelled.
            Thread { [mailbox] in
                if mailbox.isClosed.wait(timeout: .now() + Self.farewell) == .timedOut { cn_abandon() }
                closed.resume()
            }.start()
        }
    }

    private static func reportEnd(to events: AsyncStream<TerminalEvent>.Continuation) {
        while case let signal = cn_wait_for_end(), signal != 0 { events.yield(.ended(signal: signal)) }
    }

    private func order(_ change: (inout TerminalOrders) -> Void) {
        mailbox.orders.withLock { change(&$0) }
        cn_wake()
    }
}

/// Pending orders for the terminal's thread.
struct TerminalOrders: Sendable {
    var canvas: Canvas?
    var mouse: Bool?
    var copies: [String] = []
    var repaints = false
    var suspends = false
    var closes = false
}
