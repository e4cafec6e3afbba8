import Foundation
package import Logging
import ServiceLifecycle
import Synchronization

/// Log lines that anyone can cause. Within a minute the first of each kind is written; the others are counted, and the minute
/// ends with one line that shows their number.
package final class LimitedLog: Service {
    /// The subject of lines that are counted together.
    package enum Subject: String, Sendable {
        case rejectedDelivery = "rejected delivery"
        case duplicateDelivery = "duplicate delivery"
        case rejectedLogin = "rejected request with an invalid token"

        fileprivate func counted(_ count: Int) -> String {
            let number = count.formatted(.number.locale(Locale(identifier: "en_US")))
            if count == 1 { return "\(number) more \(rawValue) in the last minute" }
            let many =
                switch self {
                case .rejectedDelivery: "rejected deliveries"
                case .duplicateDelivery: "duplicate deliveries"
                case .rejectedLogin: "rejected requests with an invalid token"
                }
            return "\(number) more \(many) in the last minute"
        }
    }

    private struct State {
        var seen: Set<String> = []
        var counts: [Subject: Int] = [:]
    }

    /// For lines that only GitHub and operators can cause.
    package let logger: Logger
    private let interval: Duration
    private let state = Mutex(State())

    /// - Parameter interval: A minute; shorter in tests.
    package init(logger: Logger, interval: Duration = .seconds(60)) {
        self.logger = logger
        self.interval = interval
    }

    /// Writes the line, or counts it if there was one of its kind.
    /// - Parameter kind: One of few: it must not contain anything that a client has sent.
    package func log(
        _ level: Logger.Level, _ message: @autoclosure () -> String, of subject: Subject, kind: String,
        metadata: @autoclosure () -> Logger.Metadata = [:]
    ) {
        let isFirst = state.withLock { state in
            let isFirst = state.seen.insert("\(subject.rawValue): \(kind)").inserted
            if !isFirst { state.counts[subject, default: 0] += 1 }
            return isFirst
        }
        if isFirst { logger.log(level: level, "\(message())", metadata: metadata()) }
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: self.interval)
                self.summarize()
            }
        }
    }

    private func summarize() {
        let counts = state.withLock { state in
            defer { state = State() }
            return state.counts
        }
        for (subject, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            logger.warning("\(subject.counted(count))")
        }
    }
}
