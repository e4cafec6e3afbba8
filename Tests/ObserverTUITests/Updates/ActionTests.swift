import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Actions")
struct ActionTests {
    @Test(
        "a repeatable action runs at once",
        arguments: [("r", .register), ("p", .ping)] as [(Key, ControlAction)])
    func immediate(key: Key, action: ControlAction) {
        var dashboard = TestDashboard()
        dashboard.press(key)
        #expect(dashboard.takeEffects() == [.perform(action)])
        dashboard.happen(.answered(action, .success("Done.")))
        #expect(dashboard.screen.contains("Done."))
        dashboard.pass(7)
        #expect(!dashboard.screen.contains("Done."))
    }

    @Test("P asks for the reason and the end of a pause, and both may be empty")
    func pause() {
        var dashboard = TestDashboard()
        dashboard.press("P")
        dashboard.type("database migration")
        #expect(dashboard.screen.contains("Pause deployments. Why? database migration"))
        dashboard.press(.enter)
        #expect(dashboard.screen.contains("Until when?"))
        dashboard.type("soon")
        dashboard.press(.enter)
        #expect(dashboard.screen.contains("'soon' is neither a duration, such as 2h, nor a time"))
        #expect(dashboard.takeEffects() == [])
        dashboard.press(.control("u"))
        dashboard.type("2h")
        dashboard.press(.enter)
        let action = ControlAction.pause(reason: "database migration", until: Sample.now + 7200)
        #expect(dashboard.takeEffects() == [.perform(action)])
        #expect(
            dashboard.screen.contains(
                "observer pause -until \((Sample.now + 7200).rfc3339) -reason 'database migration'"))
        dashboard.press("P", .enter, .enter)
        #expect(dashboard.takeEffects() == [.perform(.pause())])
    }

    @Test("a wrong end of a pause is refused with the whole reason, and the keys are shown, in every size")
    func narrowPause() {
        var dashboard = TestDashboard(80, 24)
        dashboard.press("P", .enter)
        dashboard.type("5x")
        dashboard.press(.enter)
        for words in ["'5x' is neither a duration, such as 2h, nor a time, such as", "Until when? 5x"] {
            #expect(dashboard.screen.contains(words), "\(dashboard.screen)")
        }
        dashboard.happen(.resized(Size(columns: 40, rows: 10)))
        for words in ["'5x' is neither", "2026-12-24T18:00.", "Until when? 5x"] {
            #expect(dashboard.screen.contains(words), "\(dashboard.screen)")
        }
        dashboard.press(.backspace)
        #expect(dashboard.screen.contains("Esc cancel") && dashboard.screen.contains("Until when? 5"))
    }

    @Test("P ends a hold only after a question, and during a pause it ends the pause alone")
    func hold() throws {
        var snapshot = Sample.snapshot
        let commit = try #require(CommitID("1c2d3e4234567890abcdef1234567890abcdef12"))
        snapshot.engine.heldAt = commit.description
        snapshot.engine.hold = HoldSummary(commit: commit, cause: .rollback, deployment: 38)
        var dashboard = TestDashboard(snapshot: snapshot)
        #expect(dashboard.screen.contains("P resume"))
        dashboard.press("P")
        #expect(dashboard.performed() == [])
        #expect(dashboard.screen.contains("End the hold at 1c2d3e4"), "\(dashboard.screen)")
        dashboard.pass(1)
        dashboard.press(.enter)
        #expect(dashboard.performed() == [])
        dashboard.press("P")
        dashboard.pass(1)
        dashboard.press("y")
        #expect(dashboard.performed() == [.resume(ending: .hold)])
        snapshot.engine.isPaused = true
        dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("P")
        #expect(dashboard.performed() == [.resume(ending: .pause)] && dashboard.state.dialog == nil)
    }

    @Test("Esc leaves the questions about a pause without one, and pasted text is typed into them")
    func noPause() {
        var dashboard = TestDashboard()
        dashboard.press("P", "q")
        dashboard.happen(.pasted("uiet\nnight"))
        #expect(dashboard.screen.contains("Why? quietnight"))
        dashboard.press(.enter, .escape)
        #expect(dashboard.state.pauseForm == nil && dashboard.takeEffects() == [])
    }

    @Test("a pause and a waiting deployment show who, why and how long, and count down")
    func paused() {
        var snapshot = Sample.snapshot
        snapshot.engine.isPaused = true
        snapshot.engine.pause = PauseSummary(
            since: Sample.ago(60), until: Sample.now + 3900, reason: "database migration", by: "ann")
        snapshot.deployments[0].stage = .queued
        snapshot.deployments[0].wait = DeploymentWait(
            .window, "outside the deploy window until Mon 09:00 UTC", until: Sample.now + 90)
        var dashboard = TestDashboard(snapshot: snapshot)
        #expect(dashboard.screen.contains("paused, 1h 5m left"))
        #expect(dashboard.screen.contains("Deployments are paused by ann since 18:43: database migration. Press P"))
        #expect(dashboard.screen.contains("outside the deploy window until Mon 09:00 UTC"))
        // In a narrow pane the sentence leaves no space for the countdown.
        #expect(!dashboard.screen.contains("1m 30s left"))
        dashboard.happen(.resized(Size(columns: 160, rows: 40)))
        #expect(dashboard.screen.contains("1m 30s left"))
        dashboard.pass(31)
        #expect(dashboard.screen.contains("59s left"))
    }

    @Test("A shows the plan of the waiting deployment before it asks, and approves what was shown")
    func approve() throws {
        var dashboard = TestDashboard()
        dashboard.press("A")
        #expect(dashboard.screen.contains("No plan is waiting for approval."))
        #expect(!dashboard.screen.contains("A approve"))
        var row = Sample.deployments[0]
        (row.stage, row.plan) = (.queued, "41-abc")
        row.wait = DeploymentWait(.approval, "needs approval: /web restarts")
        dashboard.happen(.control(.deployment(row)))
        // The notice disappears.
        dashboard.pass(31)
        #expect(dashboard.screen.contains("A approve"))
        _ = dashboard.takeEffects()
        dashboard.press("A")
        #expect(dashboard.takeEffects() == [.loadDeployment(41)])
        #expect(dashboard.state.dialog == nil)
        let change = AppChange(
            appID: "/web", kind: .updated, fields: [.init(path: "/mem", before: "32", after: "64")], restarts: 3)
        let detail = DeploymentDetail(summary: row, changes: [change], externalIDs: [])
        dashboard.happen(.deploymentLoaded(41, .success(detail)))
        for words in ["~ /web  updated, 3 tasks restart", "/mem  32 → 64"] { #expect(dashboard.screen.contains(words)) }
        dashboard.pass(1)
        dashboard.press("y")
        #expect(dashboard.takeEffects() == [.perform(.approve(deployment: 41, plan: "41-abc"))])
    }

    @Test("A states why this operator may not approve a plan, instead of a question")
    func refusedApproval() {
        var row = Sample.deployments[0]
        (row.stage, row.plan) = (.queued, "41-abc")
        var dashboard = TestDashboard()
        dashboard.happen(.control(.deployment(row)))
        dashboard.press("A")
        var detail = DeploymentDetail(summary: row, changes: [], externalIDs: [])
        detail.approvalRefusal = "ann pushed a1b2c3d; someone else must approve it."
        dashboard.happen(.deploymentLoaded(41, .success(detail)))
        #expect(dashboard.state.dialog == nil)
        #expect(dashboard.screen.contains("ann pushed a1b2c3d; someone else must approve it."))
    }

    @Test("the question for an approval closes when another operator has answered it, and shows a new plan")
    func outdatedApproval() {
        var row = Sample.deployments[0]
        (row.stage, row.plan) = (.queued, "41-abc")
        var snapshot = Sample.snapshot
        snapshot.deployments[0] = row
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("A")
        dashboard.happen(.deploymentLoaded(41, .success(DeploymentDetail(summary: row, changes: [], externalIDs: []))))
        #expect(dashboard.state.dialog != nil)
        row.plan = "41-def"
        _ = dashboard.takeEffects()
        dashboard.happen(.control(.deployment(row)))
        #expect(dashboard.state.dialog == nil && dashboard.takeEffects().contains(.loadDeployment(41)))
        dashboard.happen(.deploymentLoaded(41, .success(DeploymentDetail(summary: row, changes: [], externalIDs: []))))
        #expect(dashboard.state.dialog != nil)
        (row.stage, row.plan) = (.fetching, nil)
        dashboard.happen(.control(.deployment(row)))
        #expect(dashboard.state.dialog == nil)
        #expect(dashboard.screen.contains("Deployment 41 is no longer waiting for approval."))
    }

    @Test("P resumes a paused observer")
    func resume() {
        var snapshot = Sample.snapshot
        snapshot.engine.isPaused = true
        var dashboard = TestDashboard(snapshot: snapshot)
        #expect(dashboard.screen.contains("paused"))
        #expect(dashboard.screen.contains("P resume"))
        _ = dashboard.takeEffects()
        dashboard.press("P")
        #expect(dashboard.takeEffects() == [.perform(.resume(ending: .pause))])
    }

    @Test(
        "an action that can't be undone needs confirmation, \"no\" has the focus, and early keys are ignored",
        arguments: [
            ("D", [ControlAction.deploy(commit: nil, force: false)]), ("c", [.cancel(deployment: 41)]),
            ("R", [.replay(delivery: 6)]),
        ] as [(Key, [ControlAction])])
    func confirmation(key: Key, actions: [ControlAction]) {
        var dashboard = TestDashboard()
        dashboard.press(key, "y")
        #expect(dashboard.state.dialog != nil)
        dashboard.pass(0.29)
        dashboard.press(.enter)
        #expect(dashboard.state.dialog != nil)
        dashboard.pass(0.02)
        dashboard.press(.enter)
        #expect(dashboard.state.dialog == nil)
        #expect(dashboard.performed() == [])
        dashboard.press(key)
        dashboard.pass(0.31)
        dashboard.press(.tab, .enter)
        #expect(dashboard.performed() == actions)
    }

    @Test("removing the webhook needs the word \"remove\"")
    func removal() {
        var dashboard = TestDashboard()
        dashboard.press("X")
        dashboard.pass(1)
        #expect(dashboard.screen.contains("Remove webhook #8321735 from octo/site?"))
        #expect(dashboard.screen.contains("New pushes are"))
        dashboard.type("y")
        #expect(dashboard.state.dialog != nil)
        dashboard.press(.backspace)
        dashboard.type("remov")
        #expect(dashboard.state.dialog?.isYesFocused == false)
        dashboard.type("e")
        #expect(dashboard.state.dialog?.isYesFocused == true)
        dashboard.press(.enter)
        #expect(dashboard.takeEffects() == [.perform(.removeHook(id: 8_321_735))])
        #expect(dashboard.state.lastCommandLine == "observer reset -url http://dcos-1:8849")
    }

    @Test("a rollback shows both commits, and sends the newest deployment on the screen")
    func rollback() {
        var dashboard = TestDashboard()
        dashboard.press("2", "G", "B")
        dashboard.pass(1)
        for words in ["runs now  77e0f12  Fix typo", "to        1c2d3e4  First deployment"] {
            #expect(dashboard.screen.contains(words))
        }
        dashboard.press("l", .enter)
        #expect(dashboard.takeEffects().contains(.perform(.rollback(deployment: 38, seenCurrent: 41))))
        dashboard.happen(
            .answered(
                .rollback(deployment: 38, seenCurrent: 41),
                .failure(ControlRefusal(sentence: "Deployment 41 succeeded."))))
        #expect(dashboard.screen.contains("Deployment 41 succeeded."))
    }

    @Test("in other panes, a rollback targets what the command chooses")
    func rollbackTarget() {
        #expect(TestDashboard().state.rollbackTarget?.id == 38)
        var snapshot = Sample.snapshot
        // The running commit was deployed twice, and the previous version was reached by a rollback before that.
        var again = Sample.deployments[1]
        again.id = 42
        snapshot.deployments.insert(again, at: 0)
        #expect(TestDashboard(snapshot: snapshot).state.rollbackTarget?.id == 38)
        #expect(RollbackTarget.choose(from: snapshot.deployments) == .deployment(Sample.deployments[3]))
    }

    @Test("the URL of a commit is at the GitHub of the observer")
    func enterpriseURL() {
        var snapshot = Sample.snapshot
        snapshot.engine.webURL = "https://ghe.corp"
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("j", "Y")
        #expect(
            dashboard.takeEffects().contains(
                .copy("https://ghe.corp/octo/site/commit/77e0f1234567890abcdef1234567890abcdef123")))
    }

    @Test("roll back means the version before the running one, until a person selects a deployment")
    func rollbackOfNewest() {
        var snapshot = Sample.snapshot
        snapshot.deployments.removeFirst()
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("2")
        #expect(dashboard.state.rollbackTarget?.id == 38)
        dashboard.press("j")
        #expect(dashboard.state.rollbackTarget?.id == 39)
    }

    @Test("an unavailable action shows the reason")
    func refusals() {
        var snapshot = Sample.snapshot
        snapshot.deployments.removeFirst()
        snapshot.apps?.apps.removeAll { $0.drift != nil }
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("2", "j", "k", "B")
        #expect(dashboard.screen.contains("77e0f12 is already running; select an earlier deployment."))
        dashboard.press("j", "B")
        #expect(dashboard.screen.contains("3bd9e00 did not succeed; select a successful deployment."))
        dashboard.press("1", "g", "j", "j", "j", "j", "R")
        #expect(dashboard.screen.contains("Rejected deliveries are not stored"))
        dashboard.press("o")
        #expect(dashboard.screen.contains("No action to copy yet."))
        #expect(dashboard.takeEffects().allSatisfy { if case .perform = $0 { false } else { true } })
        dashboard.press("?")
        #expect(dashboard.screen.contains("Unavailable: Rejected deliveries"))
    }

    @Test("y, Y and o copy the commit, the URL and the last command line")
    func copying() {
        var dashboard = TestDashboard()
        dashboard.press("j", "y", "Y", "r", "o")
        #expect(
            dashboard.takeEffects().filter { if case .copy = $0 { true } else { false } } == [
                .copy("77e0f1234567890abcdef1234567890abcdef123"),
                .copy("https://github.com/octo/site/commit/77e0f1234567890abcdef1234567890abcdef123"),
                .copy("observer register -url http://dcos-1:8849"),
            ])
    }

    @Test("q closes the current view, then quits; Esc never quits; an observer in this process needs confirmation")
    func quitting() {
        var attached = TestDashboard()
        attached.press(.enter, "q", "z", "q", .escape, .escape)
        #expect(!attached.takeEffects().contains(.quit))
        attached.press("q")
        #expect(attached.takeEffects() == [.quit])

        var own = TestDashboard(owner: .thisProcess(socket: "/run/observer.sock"))
        own.press("q")
        #expect(own.takeEffects() == [])
        #expect(own.screen.contains("The observer runs in this process and stops with it"))
        own.pass(1)
        own.press("y")
        #expect(own.takeEffects() == [.quit])
    }

    @Test("quitting shows which actions it waits for")
    func waiting() {
        var dashboard = TestDashboard()
        dashboard.press("p", "r", "q")
        #expect(dashboard.screen.contains("Waiting for the response to observer ping, observer register."))
        #expect(dashboard.takeEffects().last == .quit)
    }

    @Test("Ctrl-C quits from any view, and Ctrl-C twice at once")
    func interrupting() {
        var own = TestDashboard(owner: .thisProcess(socket: "/run/observer.sock"))
        own.press(.enter, .control("c"))
        #expect(own.takeEffects().allSatisfy { $0 != .quit })
        own.press(.control("c"))
        #expect(own.takeEffects() == [.quit])
    }

    @Test("Ctrl-Z suspends an attached dashboard at once, and asks before it suspends the observer of this process")
    func suspending() {
        var attached = TestDashboard()
        attached.press(.control("z"))
        #expect(attached.takeEffects() == [.suspend])
        var own = TestDashboard(owner: .thisProcess(socket: "/run/observer.sock"))
        own.press(.control("z"))
        #expect(own.takeEffects() == [])
        #expect(own.screen.contains("Until you type fg, pushes to dcos are not received."))
        own.pass(1)
        own.press("y")
        #expect(own.takeEffects() == [.suspend])
    }

    @Test("a wrong word does not remove the webhook, and the dialog shows it")
    func wrongWord() {
        var dashboard = TestDashboard()
        dashboard.press("X")
        dashboard.pass(1)
        dashboard.type("remov")
        dashboard.press(.enter)
        #expect(dashboard.takeEffects() == [])
        #expect(dashboard.screen.contains("\"remov\" is not \"remove\"."))
        dashboard.type("remove")
        dashboard.press(.enter)
        #expect(dashboard.takeEffects() == [.perform(.removeHook(id: 8_321_735))])
    }

    @Test("the question about the webhook states how pushes are found without it")
    func withoutPolling() {
        var snapshot = Sample.snapshot
        snapshot.engine.pollSeconds = 0
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("X")
        #expect(dashboard.screen.contains("polling is off"))
        #expect(!dashboard.screen.contains("only found by polling"))
    }

    @Test("an action that a key undoes names the key")
    func undoing() {
        var dashboard = TestDashboard()
        dashboard.press("P", .enter, .enter)
        dashboard.happen(.answered(.pause(), .success("Paused.")))
        #expect(dashboard.screen.contains("Paused. Press P to resume."))
    }

    @Test(
        "after a deployment was requested, its row and its log are shown",
        arguments: [ControlAction.deploy(commit: nil, force: false), .rollback(deployment: 38, seenCurrent: 41)])
    func followsRequest(action: ControlAction) {
        var dashboard = TestDashboard()
        dashboard.press("2", "G")
        dashboard.happen(.answered(action, .success("Queued.")))
        var next = Sample.deployments[0]
        (next.id, next.stage) = (42, .queued)
        dashboard.happen(.control(.deployment(next)))
        #expect(dashboard.state.deployments.selected == 42)
        #expect(dashboard.state.log.source == .current)
    }

    @Test("only a delivery that deploys something can be replayed")
    func replay() {
        var dashboard = TestDashboard()
        for (row, reason) in [(2, "main is not dcos"), (3, "A ping deploys nothing"), (4, "are not stored")] {
            dashboard.press("g")
            for _ in 0..<row { dashboard.press("j") }
            dashboard.press("R")
            #expect(dashboard.state.dialog == nil)
            #expect(dashboard.screen.contains(reason))
        }
    }

    @Test("no ping is requested while GitHub rejects the token")
    func pingWithoutToken() {
        var snapshot = Sample.snapshot
        snapshot.engine.authentication = .refused
        var dashboard = TestDashboard(snapshot: snapshot)
        _ = dashboard.takeEffects()
        dashboard.press("p")
        #expect(dashboard.takeEffects() == [])
        #expect(dashboard.screen.contains("GitHub rejects the token"))
    }

    @Test("the question about a deployment is true for a deploy command too")
    func deployCommand() {
        var snapshot = Sample.snapshot
        snapshot.apps = AppsReport(isSupported: false)
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("D")
        #expect(dashboard.screen.contains("Run the deploy command for the head of dcos?"))
        #expect(!dashboard.screen.contains("apps are not touched"))
    }

    @Test("a question names what was deployed last, and what has disturbed it since")
    func disturbance() {
        var snapshot = Sample.snapshot
        snapshot.deployments[0].stage = .cancelled
        snapshot.deployments[0].leavesChanges = true
        snapshot.apps = nil
        var dashboard = TestDashboard(snapshot: snapshot)
        dashboard.press("D")
        #expect(dashboard.screen.contains("deployed  77e0f12  Fix typo"))
        #expect(dashboard.screen.contains("a1b2c3d was cancelled and may have changed apps"))
        #expect(!dashboard.screen.contains("runs now"))
    }

    @Test(
        "the command line of an action reaches the same observer from anywhere",
        arguments: [
            (.thisProcess(socket: "/run/observer.sock"), " -socket /run/observer.sock"),
            (.elsewhere(address: "/run/observer/control.sock"), " -socket /run/observer/control.sock"),
            (.elsewhere(address: "/tmp/it's here/control.sock"), #" -socket '/tmp/it'\''s here/control.sock'"#),
        ] as [(EngineOwner, String)])
    func commandLine(owner: EngineOwner, flag: String) {
        #expect(owner.commandLineFlag == flag)
    }
}

extension TestDashboard {
    /// The actions since the last call.
    fileprivate mutating func performed() -> [ControlAction] {
        takeEffects().compactMap { if case .perform(let action) = $0 { action } else { nil } }
    }
}
