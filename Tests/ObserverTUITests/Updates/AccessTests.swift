import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Permissions and the record of actions")
struct AccessTests {
    private static let actions: [Key] = ["r", "X", "D", "B", "R", "P", "c", "p", "I"]

    @Test("with a token that reads, every action shows why it is not permitted, and none is sent", arguments: actions)
    func reader(key: Key) {
        var dashboard = TestDashboard()
        dashboard.happen(.identified(Sample.reader))
        dashboard.press(key)
        #expect(dashboard.takeEffects() == [])
        #expect(dashboard.state.dialog == nil)
        #expect(dashboard.screen.contains("Only the role"))
        #expect(dashboard.screen.contains("; grafana has the role read."))
        #expect(dashboard.screen.contains("read only"))
    }

    @Test("an alert names no key that a token that reads may not press")
    func alerts() throws {
        var engine = Sample.engine
        let commit = try #require(CommitID("1c2d3e4234567890abcdef1234567890abcdef12"))
        engine.hold = HoldSummary(commit: commit, cause: .rollback, deployment: 38)
        engine.heldAt = commit.description
        engine.isPaused = true
        engine.pause = PauseSummary(reason: "database migration", by: "ann")
        var dashboard = TestDashboard()
        dashboard.happen(.control(.engine(engine)))
        #expect(dashboard.screen.contains("Press P") && dashboard.screen.contains("Press D"))
        dashboard.happen(.identified(Sample.reader))
        #expect(dashboard.screen.contains("paused by ann: database migration."))
        #expect(dashboard.screen.contains("Held at 1c2d3e4") && !dashboard.screen.contains("Press "))
    }

    @Test("the help shows the whole reason why the selected key is unavailable")
    func helpReason() {
        var dashboard = TestDashboard()
        dashboard.happen(.identified(Sample.reader))
        dashboard.press("?", "j")
        #expect(dashboard.screen.contains("Only the role admin may remove the webhook; grafana has the role read."))
    }

    @Test("an action that overrode the rules shows that")
    func override() {
        var dashboard = TestDashboard()
        dashboard.press("a")
        let entry = AuditEntry(
            of: .deploy(commit: nil, force: false, override: "hotfix"), by: Sample.admin, at: Sample.now)
        dashboard.happen(.auditLoaded(.success([entry])))
        #expect(dashboard.screen.contains("rules overridden: \"hotfix\""))
    }

    @Test("with a token that operates, only what requires an administrator is not permitted")
    func deployer() {
        var dashboard = TestDashboard()
        dashboard.happen(.identified(Operator(name: "ci", role: .operate, origin: "192.0.2.1")))
        dashboard.press("X")
        #expect(dashboard.screen.contains("Only the role admin may remove the webhook; ci has the role operate."))
        dashboard.press("P")
        dashboard.press(.enter, .enter)
        #expect(dashboard.takeEffects() == [.perform(.pause())])
        #expect(!dashboard.screen.contains("read only"))
    }

    @Test("a opens what operators did, and a new action appears on top")
    func audit() throws {
        var dashboard = TestDashboard()
        dashboard.press("a")
        #expect(dashboard.takeEffects() == [.loadAudit])
        #expect(dashboard.screen.contains("Loading…"))
        dashboard.happen(.auditLoaded(.success(Sample.audit)))
        #expect(dashboard.screen.contains("alice as root"))
        var entry = AuditEntry(of: .resume(), by: Sample.admin, at: Sample.now)
        entry.id = 4
        dashboard.happen(.control(.audit(entry)))
        #expect(dashboard.screen.contains("resume"))
        entry.result = .done
        dashboard.happen(.control(.audit(entry)))
        guard case .audit(let entries) = try #require(dashboard.state.detail?.content) else { return }
        #expect(entries.map(\.id) == [4, 3, 2, 1])
        #expect(entries.first?.result == .done)
    }

    @Test("the actions that can't be read show why")
    func unavailable() {
        var dashboard = TestDashboard()
        dashboard.press("a")
        dashboard.happen(.auditLoaded(.failure(ControlRefusal(sentence: "Database error: disk full."))))
        #expect(dashboard.screen.contains("Database error: disk full."))
    }

    @Test("another repository is accepted only if there is one, and after a question that names both")
    func acceptance() {
        var dashboard = TestDashboard()
        dashboard.press("I")
        #expect(dashboard.screen.contains("octo/site is the watched repository; there is nothing to accept."))
        var engine = Sample.engine
        (engine.repositoryID, engine.otherRepositoryID) = (12, 4711)
        dashboard.happen(.control(.engine(engine)))
        dashboard.press("I")
        #expect(dashboard.screen.contains("4711 instead of"))
        dashboard.pass(1)
        dashboard.press("y")
        #expect(dashboard.takeEffects() == [.perform(.acceptRepository(id: 4711))])
    }
}
