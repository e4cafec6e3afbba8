import Foundation
import Logging
import Testing

@testable import ObserverEngine

@Suite("Log lines that anyone can cause")
struct LimitedLogTests {
    private let lines = Lines()

    private func log(interval: Duration) -> LimitedLog {
        let lines = lines
        return LimitedLog(
            logger: Logger(label: "test") { _ in
                LogrusHandler(level: .debug, format: .text, redactor: Redactor(secrets: [])) { lines.append($0) }
            }, interval: interval)
    }

    @Test("the first of each kind is written, and the minute ends with the number of the others")
    func counted() async throws {
        let log = log(interval: .seconds(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await log.run() }
            for number in 0..<1236 {
                log.log(
                    .warning, "Rejected \(number)", of: .rejectedDelivery, kind: number.isMultiple(of: 2) ? "a" : "b")
            }
            log.log(.info, "Again", of: .duplicateDelivery, kind: "duplicate")
            log.log(.info, "Again", of: .duplicateDelivery, kind: "duplicate")
            try await lines.wait(for: "1,234 more rejected deliveries in the last minute")
            #expect(lines.all.count { $0.contains("Rejected ") } == 2)
            #expect(lines.contains("1 more duplicate delivery in the last minute"))
            log.log(.warning, "Rejected later", of: .rejectedDelivery, kind: "a")
            #expect(lines.all.last?.contains("Rejected later") == true)
            group.cancelAll()
        }
    }

    @Test("what a client has sent does not make another kind")
    func kinds() {
        let kinds = { (rejections: [DeliveryRejection]) in Set(rejections.map(\.kind)).count }
        #expect(kinds([.mediaType("a"), .mediaType("b"), .mediaType(nil)]) == 1)
        #expect(kinds([.malformed(.init(field: "a")), .malformed(.init(field: "b"))]) == 1)
        #expect(kinds([.foreignAddress(nil), .foreignAddress(IPAddress("10.0.0.1"))]) == 1)
        #expect(kinds([.signatureMissing, .signatureWrong, .notJSON]) == 3)
    }
}
