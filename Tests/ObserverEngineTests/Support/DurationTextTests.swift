import Foundation
import ObserverEngine
import Testing

@Suite("Durations and ages")
struct DurationTextTests {
    @Test(
        "a duration has at most two units",
        arguments: [
            (0.0, "0 s"), (59.9, "59 s"), (124, "2m 4s"), (3900, "1h 5m"), (273_600, "3d 4h"), (-1, "0 s"),
            (.infinity, "11574074d 1h"),
        ])
    func duration(seconds: Double, text: String) {
        #expect(DurationText(seconds).text == text)
    }

    @Test(
        "a coarse duration has one unit",
        arguments: [(0.0, "0 s"), (59, "59 s"), (3599, "59m"), (172_799, "47h"), (172_800, "2d"), (-1, "0 s")])
    func coarse(seconds: Double, text: String) {
        #expect(DurationText(coarse: seconds).text == text)
    }

    @Test("a growing duration has another text at its end, and not before", arguments: [0, 61.5, 3700, 100_000, 4e9])
    func end(seconds: Double) {
        for make in [DurationText.init(_:), DurationText.init(coarse:)] as [(Double) -> DurationText] {
            let text = make(seconds)
            #expect(text.end > seconds)
            #expect(make(text.end.nextDown).text == text.text)
            #expect(make(text.end).text != text.text)
        }
    }

    @Test(
        "a brief duration is rounded and shows milliseconds below a second",
        arguments: [
            (Duration.milliseconds(340), "340 ms"), (.zero, "0 ms"), (.seconds(18), "18 s"), (.seconds(59.6), "1m 0s"),
            (.seconds(124), "2m 4s"), (.seconds(3720), "1h 2m"), (.seconds(273_600), "3d 4h"),
            (.seconds(Int.max), "11574074d 1h"),
        ])
    func brief(duration: Duration, text: String) {
        #expect(duration.brief == text)
    }

    @Test(
        "an age is in one unit",
        arguments: [(-5.0, "just now"), (0.9, "just now"), (12, "12 s ago"), (7300, "2h ago")])
    func age(seconds: Double, text: String) {
        let now = Date(timeIntervalSince1970: 1_462_733_071)
        #expect((now - seconds).age(at: now) == text)
    }
}
