import Testing

@testable import ObserverTUI

@Suite("The overview at every kind of size")
struct OverviewGoldenTests {
    static let sizes = [(200, 60), (120, 40), (80, 24), (40, 10), (19, 4)]

    @Test("every size, with and without Unicode; each file tells the three themes", arguments: sizes, Charset.allCases)
    func overview(size: (Int, Int), charset: Charset) throws {
        let story = Story(size.0, size.1, charset: charset)
        try Golden.expect(story.canvas, matches: "overview-\(size.0)x\(size.1)-\(charset)")
    }
}
