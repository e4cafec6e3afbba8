import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Actions")
struct ActionTests {
    @Test(
        "what can be repeated is done at once",
        arguments: [("r", .register), ("p", .ping), ("P", .pause)] as [(Key, ControlAction)])
    func immediate(key: Key, action: ControlAction) {
        var story = Story()
        story.press(key)
        #expect(story.takeEffects() == [.perform(action)])
        story.happen(.answered(action, .success("It is done.")))
        #expect(story.screen.contains("It is done."))
        story.pass(7)
        #expect(!story.screen.contains("It is done."))
    }

    @Test("P goes on with a paused engine")
    func resume() {
        var snapshot = Sample.snapshot
        snapshot.engine.isPaused = true
        var story = Story(snapshot: snapshot)
        #expect(story.screen.contains("paused"))
        #expect(story.screen.contains("P resume"))
        _ = story.takeEffects()
        story.press("P")
        #expect(story.takeEffects() == [.perform(.resume)])
    }

    @Test(
        "what can't be undone is asked, \"no\" has the focus, and early keys are not heard",
        arguments: [
            ("D", [ControlAction.deploy(commit: nil, force: false)]), ("c", [.cancel(deployment: 41)]),
            ("R", [.replay(delivery: 6)]),
        ] as [(Key, [ControlAction])])
    func confirmation(key: Key, actions: [ControlAction]) {
        var story = Story()
        story.press(key, "y")
        #expect(story.state.dialog != nil)
        story.pass(0.29)
        story.press(.enter)
        #expect(story.state.dialog != nil)
        story.pass(0.02)
        story.press(.enter)
        #expect(story.state.dialog == nil)
        #expect(story.takeEffects() == [])
        story.press(key)
        story.pass(0.31)
        story.press(.tab, .enter)
        #expect(story.takeEffects() == actions.map(DashboardEffect.perform))
    }

    @Test("removing the webhook needs the word")
    func removal() {
        var story = Story()
        story.press("X")
        story.pass(1)
        #expect(story.screen.contains("Remove the webhook #8321735 from octo/site?"))
        #expect(story.screen.contains("Pushes are then"))
        story.type("y")
        #expect(story.state.dialog != nil)
        story.press(.backspace)
        story.type("remov")
        #expect(story.state.dialog?.isYesFocused == false)
        story.type("e")
        #expect(story.state.dialog?.isYesFocused == true)
        story.press(.enter)
        #expect(story.takeEffects() == [.perform(.removeHook(id: 8_321_735))])
        #expect(story.state.lastCommandLine == "observer reset -url http://dcos-1:8849")
    }

    @Test("a rollback says from which commit to which, for which apps, and sends what the person saw")
    func rollback() {
        var story = Story()
        story.press("2", "G", "B")
        story.pass(1)
        for words in ["77e0f12  Fix typo", "1c2d3e4  First deployment", "api, web"] {
            #expect(story.screen.contains(words))
        }
        story.press("l", .enter)
        #expect(story.takeEffects().contains(.perform(.rollback(deployment: 38, seenCurrent: 41))))
        story.happen(
            .answered(
                .rollback(deployment: 38, seenCurrent: 41),
                .failure(ControlRefusal(sentence: "41 succeeded and runs now", isConflict: true))))
        #expect(story.screen.contains("Nothing was done, the world moved meanwhile: 41 succeeded and runs now"))
    }

    @Test("from elsewhere a rollback goes to the one before what runs now")
    func rollbackTarget() {
        #expect(Story().state.rollbackTarget?.id == 38)
    }

    @Test("what can't be done says why")
    func refusals() {
        var story = Story()
        story.press("2", "j", "B")
        #expect(story.screen.contains("77e0f12 is what runs now: select an earlier deployment."))
        story.press("j", "B")
        #expect(story.screen.contains("3bd9e00 did not succeed: select a deployment that did."))
        story.press("1", "g", "j", "j", "j", "j", "R")
        #expect(story.screen.contains("Rejected deliveries are not stored"))
        story.press("o")
        #expect(story.screen.contains("No action was taken yet."))
        #expect(story.takeEffects().allSatisfy { if case .perform = $0 { false } else { true } })
        story.press("?")
        #expect(story.screen.contains("not now: Rejected deliveries are not stored"))
    }

    @Test("y, Y and o copy what the selected row is, where it is, and how to do it again")
    func copying() {
        var story = Story()
        story.press("j", "y", "Y", "r", "o")
        #expect(
            story.takeEffects().filter { if case .copy = $0 { true } else { false } } == [
                .copy("77e0f1234567890abcdef1234567890abcdef123"),
                .copy("https://github.com/octo/site/commit/77e0f1234567890abcdef1234567890abcdef123"),
                .copy("observer register -url http://dcos-1:8849"),
            ])
    }

    @Test("q closes what is open and quits at the root; the own engine is asked for, Esc never quits")
    func quitting() {
        var attached = Story()
        attached.press(.enter, "q", "z", "q", .escape, .escape)
        #expect(!attached.takeEffects().contains(.quit))
        attached.press("q")
        #expect(attached.takeEffects() == [.quit])

        var own = Story(owner: .thisProcess)
        own.press("q")
        #expect(own.takeEffects() == [])
        #expect(own.screen.contains("The engine runs in this process and ends with it"))
        own.pass(1)
        own.press("y")
        #expect(own.takeEffects() == [.quit])
    }

    @Test(
        "the command line of an action reaches the same engine from anywhere",
        arguments: [
            (.thisProcess, ""),
            (.elsewhere(address: "/run/observer/control.sock"), " -socket /run/observer/control.sock"),
            (.elsewhere(address: "/tmp/it's here/control.sock"), #" -socket '/tmp/it'\''s here/control.sock'"#),
        ] as [(EngineOwner, String)])
    func commandLine(owner: EngineOwner, flag: String) {
        #expect(owner.commandLineFlag == flag)
    }
}
