import Logging
import ObserverEngine
import Testing

@Suite("Recent log lines")
struct RecentLogTests {
    @Test("long lines are truncated after redaction", arguments: ["x", "a\u{301}", "\u{7}"])
    func longLine(unit: String) {
        let recent = RecentLog()
        let secret = String(repeating: "s", count: 40)
        let logger = Logger(label: "test") { _ in
            RecentLogHandler(level: .debug, recent: recent, redactor: Redactor(secrets: [Secret(secret)]))
        }
        let filling = String(repeating: unit, count: RecentLog.lineLimit / unit.utf8.count - 10)
        logger.info("\(filling)\(secret)", metadata: ["k": "\(filling)"])
        let text = recent.lines.map(\.text).joined()
        #expect(text.utf8.count <= RecentLog.lineLimit + 2)
        #expect(!text.contains("ssss"))
    }

    @Test(
        "the subject of a line is not repeated behind it",
        arguments: [
            ("verdict", "accepted", "accepted"), ("auth", "step", "auth"), ("sd", "step", "discovery"),
            ("observe", "done", "info"),
        ])
    func verb(key: String, value: String, verb: String) {
        let recent = RecentLog()
        let logger = Logger(label: "test") { _ in
            RecentLogHandler(level: .debug, recent: recent, redactor: Redactor(secrets: []))
        }
        logger.info("x", metadata: [key: "\(value)", "commit": "a1b2c3d"])
        #expect(recent.lines.map(\.verb) == [verb])
        #expect(recent.lines.map(\.text) == [verb == "info" ? "x  commit=a1b2c3d observe=done" : "x  commit=a1b2c3d"])
    }
}
