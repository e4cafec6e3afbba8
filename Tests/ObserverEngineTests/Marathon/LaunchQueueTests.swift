import Foundation
import ObserverEngine
import Testing

@Suite("The launch queue of Marathon")
struct LaunchQueueTests {
    @Test(
        "explains why an app waits, whatever Marathon returns",
        arguments: [
            (#"{"timeLeftSeconds":124,"overdue":false}"#, "Marathon delays the next launch by 2m 4s"),
            (#"{"timeLeftSeconds":9223372036854775807}"#, "Marathon delays the next launch by 11574074d 1h"),
            (#"{"timeLeftSeconds":0,"overdue":true}"#, "Marathon is waiting for a matching resource offer"),
            (#"{"timeLeftSeconds":-1,"overdue":false}"#, nil), (#""soon""#, nil),
        ])
    func delays(delay: String, expected: String?) throws {
        let answer = #"{"queue":[{"app":{"id":"/other"}},{"app":{"id":"/web"},"delay":\#(delay)}]}"#
        let queue = try JSONDecoder().decode(LaunchQueue.self, from: Data(answer.utf8))
        let text = queue.delay(of: "/web")
        if let expected { #expect(text?.hasPrefix(expected) == true, "\(text ?? "nil")") } else { #expect(text == nil) }
        #expect(queue.delay(of: "/other") == nil)
    }
}
