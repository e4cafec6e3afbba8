import ObserverEngine
import Testing

@Suite("A line of a command that reports progress")
struct ProgressLineTests {
    @Test(
        "steps, apps and addresses are recognized",
        arguments: [
            ("::step build 1/3", .step(name: "build", done: 1, of: 3)),
            ("::step push the image 2/3", .step(name: "push the image", done: 2, of: 3)),
            ("::app web 2/2", .app(name: "web", healthy: 2, wanted: 2)),
            ("::url https://example.com/x?y=1", .url("https://example.com/x?y=1")),
        ] as [(String, ProgressLine)])
    func recognized(line: String, expected: ProgressLine) {
        #expect(ProgressLine(line) == expected)
    }

    @Test(
        "any other line is output",
        arguments: [
            "", "::", "step build 1/3", " ::step build 1/3", "::step build", "::step 1/3", "::step build 1",
            "::step build a/b",
            "::step build -1/3", "::step build 1/2/3", "::app web", "::url", "::url ftp://example.com",
            "::url https://", "::url https://user:secret@example.com", "::url https://a.b c", "::group build",
            "::step \(String(repeating: "x", count: 200)) 1/3",
        ])
    func output(line: String) {
        #expect(ProgressLine(line) == nil)
    }

    @Test("a later report replaces the earlier one of the same step, and at most 64 are kept")
    func collected() {
        var progress = DeploymentProgress()
        progress.note(.app(name: "web", healthy: 0, wanted: 2))
        progress.note(.step(name: "web", done: 1, of: 1))
        progress.note(.app(name: "web", healthy: 2, wanted: 2))
        progress.note(.url("https://a.example"))
        #expect(
            progress.steps == [
                .init(name: "web", done: 2, of: 2), .init(name: "web", done: 1, of: 1, kind: .step),
            ])
        #expect(progress.url == "https://a.example")
        for index in 0..<100 { progress.note(.step(name: "\(index)", done: 0, of: 1)) }
        #expect(progress.steps.count == 64)
    }
}
