import Testing

@testable import ObserverTUI

@Suite("Overview")
struct OverviewGoldenTests {
    static let sizes = [(200, 60), (140, 40), (120, 40), (100, 30), (80, 24), (60, 15), (40, 10), (20, 5), (19, 4)]

    @Test("matches its goldens in every size, charset and theme", arguments: sizes, Charset.allCases)
    func overview(size: (Int, Int), charset: Charset) throws {
        let dashboard = TestDashboard(size.0, size.1, charset: charset)
        try Golden.expect(dashboard.canvas, matches: "overview-\(size.0)x\(size.1)-\(charset)")
    }
}
