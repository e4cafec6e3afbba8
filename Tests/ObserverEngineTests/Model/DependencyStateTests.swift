import Foundation
import Testing

@testable import ObserverEngine

@Suite("The state of a service that the observer depends on")
struct DependencyStateTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    @Test("shows since when it is unreachable and why, and keeps the time of its last response")
    func unreachable() {
        var state = DependencyState(name: "Marathon")
        #expect(state.trouble == nil)
        note(.answered, 0, in: &state)
        #expect(state.condition == .reachable && state.since == Self.start)
        note(.failed(reason: "connection refused"), 60, in: &state)
        note(.failed(reason: "status 503"), 90, in: &state)
        #expect(state.condition == .unreachable)
        #expect(state.since == Self.start + 60)
        #expect(state.lastAnswerAt == Self.start)
        #expect(state.trouble == "Marathon is not working: status 503")
        note(.answered, 120, in: &state)
        #expect(state.condition == .reachable && state.since == Self.start + 120 && state.reason == nil)
        #expect(state.lastAnswerAt == Self.start + 120)
    }

    @Test(
        "that answers with an error does not work, and one that answers too late did not respond in time",
        arguments: [
            ("connection refused", "does not respond: connection refused"),
            ("status 500", "is not working: status 500"),
            ("unreadable response", "is not working: unreadable response"),
            ("no response within 6 s", "did not respond within 6 s"),
            ("no response through the proxy p within 6 s", "did not respond through the proxy p within 6 s"),
        ])
    func words(reason: String, trouble: String) {
        var state = DependencyState(name: "Marathon")
        note(.failed(reason: reason), 0, in: &state)
        #expect(state.trouble == "Marathon \(trouble)")
    }

    @Test("that rejects the credentials answers, but is not usable")
    func refusing() {
        var state = DependencyState(name: "GitHub")
        note(.refused(reason: "status 401"), 0, in: &state)
        #expect(state.condition == .refusing && state.lastAnswerAt == Self.start)
        #expect(state.trouble == "GitHub rejects the credentials: status 401")
    }

    @Test("does not change with every answer")
    func resolution() {
        var state = DependencyState(name: "GitHub")
        note(.answered, 0, in: &state)
        note(.answered, 4, in: &state, changes: false)
        #expect(state.lastAnswerAt == Self.start)
        note(.answered, 5, in: &state)
        #expect(state.lastAnswerAt == Self.start + 5)
        // A clock that was set back.
        note(.answered, -3600, in: &state)
        #expect(state.lastAnswerAt == Self.start - 3600)
    }

    /// Notes an observation some seconds after the start.
    private func note(
        _ observation: DependencyObservation, _ seconds: Double, in state: inout DependencyState, changes: Bool = true,
        at place: SourceLocation = #_sourceLocation
    ) {
        let hasChanged = state.note(observation, at: Self.start + seconds)
        #expect(hasChanged == changes, sourceLocation: place)
    }
}
