import Foundation
import NIOHTTP1
import ObserverEngine
import Testing

@testable import ObserverEngine

@Suite("Retry-After")
struct RetryAfterTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT
    private static let now = Date(timeIntervalSince1970: 784_111_777)

    @Test(
        "is read as seconds or as a date, at most a day",
        arguments: [
            ("120", Duration.seconds(120)), ("0", .zero), ("-5", .zero),
            ("Sun, 06 Nov 1994 08:50:37 GMT", .seconds(60)), ("Sun, 06 Nov 1994 08:00:00 GMT", .zero),
            ("9223372036854775807", .seconds(86_400)), ("Fri, 06 Nov 2094 08:49:37 GMT", .seconds(86_400)),
        ])
    func forms(value: String, wait: Duration) {
        let response = JSONResponse(status: 503, headers: ["Retry-After": value], body: Data())
        #expect(response.retryAfter(now: Self.now) == wait)
    }

    @Test("is ignored if invalid or missing", arguments: ["soon", "", nil])
    func nonsense(value: String?) {
        let headers = value.map { HTTPHeaders([("Retry-After", $0)]) } ?? HTTPHeaders()
        #expect(JSONResponse(status: 503, headers: headers, body: Data()).retryAfter(now: Self.now) == nil)
    }
}
