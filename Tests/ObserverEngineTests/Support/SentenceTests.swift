import Testing

@testable import ObserverEngine

@Suite("Sentences")
struct SentenceTests {
    @Test(
        "a sentence has one mark at its end",
        arguments: [
            ("", ""), ("it failed", "it failed."), ("it failed.", "it failed."), ("really?", "really?"),
            ("cut…", "cut…"), ("trailing \n", "trailing."), ("(7) refused)", "(7) refused)."),
        ])
    func ending(text: String, expected: String) {
        #expect(text.asSentence == expected)
    }

    @Test(
        "of text with several lines, a list shows the first one and a log shows all as one",
        arguments: [
            ("", "", ""), ("one line", "one line", "one line"), ("ends\n", "ends", "ends"),
            ("one\r\ntwo\n\nthree", "one …", "one two three"), ("\ntwo\nthree", "two …", "two three"),
        ])
    func lines(text: String, headline: String, unbroken: String) {
        #expect(text.headline == headline && text.unbroken == unbroken)
    }

    @Test("what failed and the rollback are separate sentences, whatever the last line of a command looks like")
    func rollback() {
        let last = ["curl: (7) refused", "curl: (7) refused."]
        for line in last {
            let failure = CommandFailure.unhealthy(after: .seconds(60), check: "exited with status 7", last: line)
            #expect(
                "\(failure)" == "Not healthy after 1m 0s: the health command exited with status 7. "
                    + "Its last line: curl: (7) refused.")
            let plan = CommandFailure.planFailed(ending: .exited(1), errors: line)
            #expect("\(plan)".hasSuffix("Its last lines: curl: (7) refused. Nothing was applied."))
            let ended = CommandFailure.ended(.deploy, .exited(7), last: line)
            #expect("\(ended)" == "The deploy command exited with status 7. Its last line: curl: (7) refused.")
            let compose = ComposeFailure.ended(.start, ending: "exited with status 1", reason: line)
            #expect("\(compose)" == "Compose's up exited with status 1: curl: (7) refused.")
        }
        #expect(RestoreOutcome.failed(reason: "no tree").sentence == "Rollback failed too: no tree.")
        #expect(
            RestoreOutcome.unsupported(reason: "nothing before it.").sentence == "Not rolled back: nothing before it.")
        #expect(RestoreOutcome.rolledBack(detail: "it is healthy").sentence == "Rolled back; it is healthy.")
    }

    @Test("an interrupted rollback follows its cause as a sentence of its own")
    func interrupted() throws {
        var running = Deployment(id: 1, request: try Sample.request(1), queuedAt: Sample.now, stage: .waiting)
        running.giveUp(because: "Its last line: refused")
        running.interrupt(by: .stop, at: Sample.now)
        #expect(running.outcome?.hasPrefix("Its last line: refused. ") == true, "\(running.outcome ?? "")")
    }
}
