import Foundation
import ObserverEngine
import Testing

@Suite("Readiness of an app")
struct AppReadinessTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var instances = 1
        var checks = false
        var tasks: [String] = []
        var counts = ""
        var deployments = "[]"
        let ready: Int
        var outdated = 0
        let isComplete: Bool
    }

    static let cases = [
        Case(testDescription: "no task yet", ready: 0, isComplete: false),
        Case(testDescription: "staging", tasks: [task("TASK_STAGING")], ready: 0, isComplete: false),
        Case(testDescription: "running, no checks", tasks: [task()], ready: 1, isComplete: true),
        Case(testDescription: "one of two", instances: 2, tasks: [task()], ready: 1, isComplete: false),
        Case(testDescription: "no instance wanted", instances: 0, ready: 0, isComplete: true),
        Case(testDescription: "running, not checked yet", checks: true, tasks: [task()], ready: 0, isComplete: false),
        Case(
            testDescription: "healthy", checks: true, tasks: [task(alive: [true])], ready: 1, isComplete: true),
        Case(
            testDescription: "one of two checks fails", checks: true, tasks: [task(alive: [true, false])], ready: 0,
            isComplete: false),
        Case(
            testDescription: "an old task still runs", tasks: [task(), task(version: "2026-01-01T00:00:00.000Z")],
            ready: 1, outdated: 1, isComplete: false),
        Case(
            testDescription: "only the old task runs", tasks: [task(version: "2026-01-01T00:00:00.000Z")], ready: 0,
            outdated: 1, isComplete: false),
        Case(
            testDescription: "old tasks that have ended or whose agent is lost do not run",
            tasks: [task()]
                + [
                    "TASK_UNREACHABLE", "TASK_UNREACHABLE_INACTIVE", "TASK_LOST", "TASK_GONE", "TASK_GONE_BY_OPERATOR",
                    "TASK_DROPPED", "TASK_UNKNOWN", "TASK_KILLED", "TASK_FAILED", "TASK_FINISHED", "TASK_ERROR",
                ].map { task($0, version: "2026-01-01T00:00:00.000Z") }, ready: 1, isComplete: true),
        Case(
            testDescription: "an old task that is being killed still runs",
            tasks: [task(), task("TASK_KILLING", version: "2026-01-01T00:00:00.000Z")], ready: 1, outdated: 1,
            isComplete: false),
        Case(
            testDescription: "scaled since: tasks of a later version are as good",
            tasks: [task(version: "2026-03-01T00:00:00.000Z")], ready: 1, isComplete: true),
        Case(
            testDescription: "the deployment is still in progress", tasks: [task()], deployments: #"[{"id":"own"}]"#,
            ready: 1, isComplete: false),
        Case(
            testDescription: "a deployment of someone else is not waited for", tasks: [task()],
            deployments: #"[{"id":"foreign"}]"#, ready: 1, isComplete: true),
        Case(
            testDescription: "a task without a state that has started",
            tasks: [#"{"id":"t","startedAt":"2026-02-01T00:00:01.000Z","version":"\#(version)"}"#], ready: 1,
            isComplete: true),
        Case(
            testDescription: "a task without a state that has not", tasks: [#"{"id":"t","startedAt":null}"#], ready: 0,
            isComplete: false),
    ]

    @Test("an app is ready when all new tasks are and no old task is left", arguments: cases)
    func readiness(_ sample: Case) throws {
        let app = try Self.app(sample, tasks: #","tasks":[\#(sample.tasks.joined(separator: ","))]"#)
        let readiness = AppReadiness(app, deployments: ["own"])
        #expect(readiness.ready == sample.ready)
        #expect(readiness.wanted == sample.instances)
        #expect(readiness.outdated == sample.outdated)
        #expect(readiness.isComplete == sample.isComplete)
    }

    @Test("without the tasks their counts are used", arguments: [(true, 2), (false, 3)])
    func counts(checks: Bool, ready: Int) throws {
        let sample = Case(testDescription: "", instances: 3, checks: checks, ready: ready, isComplete: !checks)
        let app = try Self.app(sample, tasks: #","tasksRunning":3.0,"tasksHealthy":2"#)
        #expect(AppReadiness(app, deployments: []).ready == ready)
        #expect(AppReadiness(app, deployments: []).isComplete == !checks)
    }

    private static let version = "2026-02-01T00:00:00.000Z"

    private static func task(_ state: String = "TASK_RUNNING", version: String = version, alive: [Bool] = []) -> String
    {
        let results = alive.map { #"{"alive":\#($0)}"# }.joined(separator: ",")
        return #"{"id":"t","state":"\#(state)","version":"\#(version)","healthCheckResults":[\#(results)]}"#
    }

    private static func app(_ sample: Case, tasks: String) throws -> MarathonApp {
        let checks = sample.checks ? #"[{"protocol":"HTTP"}]"# : "null"
        let text = """
            {"id":"web","instances":\(sample.instances),"version":"2026-03-01T00:00:00.000Z","healthChecks":\(checks),
             "versionInfo":{"lastConfigChangeAt":"\(version)"},"deployments":\(sample.deployments)\(tasks)}
            """
        return try MarathonApp(JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))).orThrow()
    }
}
