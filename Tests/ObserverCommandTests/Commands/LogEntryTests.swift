import Foundation
import Testing

@testable import observer

@Suite("Lines of a log")
struct LogEntryTests {
    @Test("the column of the first word fits every word that a deployment writes")
    func width() throws {
        let root = URL(filePath: #filePath).appending(path: "../../../../Sources/ObserverEngine").standardizedFileURL
            .path
        let sources = try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(".swift") }
            .map { try String(contentsOfFile: "\(root)/\($0)", encoding: .utf8) }
        let words = sources.flatMap { source in
            source.matches(of: /(?:\.write\(\s*|verb: )"([a-z]+)"/).map { String($0.output.1) }
        }
        #expect(words.contains("interrupted") && words.contains("claiming") && words.contains("overriding"))
        #expect(words.map(\.count).max() == LogEntry.wordWidth)
    }
}
