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
}
