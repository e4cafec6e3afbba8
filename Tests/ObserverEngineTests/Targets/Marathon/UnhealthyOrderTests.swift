import Testing

@testable import ObserverEngine

@Suite("The order of unhealthy apps")
struct UnhealthyOrderTests {
    private func unhealthy(
        _ id: String, healthy: Int = 0, of instances: Int = 1, failure: String? = nil, launchDelay: String? = nil
    ) throws -> MarathonFailure.Unhealthy {
        let json: JSONValue = [
            "id": .string(id), "instances": .integer(Int64(instances)), "tasksRunning": .integer(Int64(healthy)),
        ]
        return MarathonFailure.Unhealthy(
            appID: id, readiness: AppReadiness(try MarathonApp(json).orThrow(), deployments: []),
            lastTaskFailure: failure.flatMap { MarathonTaskFailure(["message": .string($0)]) },
            launchDelay: launchDelay)
    }

    @Test("an app whose tasks fail comes first, so that a short commit status shows it; otherwise the order stays")
    func order() throws {
        let apps = try [
            unhealthy("/api", healthy: 1), unhealthy("/cache"), unhealthy("/db", launchDelay: LaunchQueue.missingOffer),
            unhealthy("/queue"), unhealthy("/web", failure: "exited with status 1"),
            unhealthy("/zoo", failure: "exited with status 2"),
        ]
        #expect(apps.sortedByCause.map(\.appID) == ["/web", "/zoo", "/db", "/cache", "/queue", "/api"])
        let failure = MarathonFailure.unhealthy(apps.sortedByCause, after: .seconds(60))
        #expect("\(failure)".prefix(140).contains("/web: no task is healthy (last task failure"))
    }

    @Test(
        "the healthy tasks of an app are counted in words",
        arguments: [
            (0, "no task is healthy"), (1, "1 of 3 tasks is healthy"), (2, "2 of 3 tasks are healthy"),
            (3, "all tasks are healthy"),
        ])
    func words(healthy: Int, words: String) throws {
        let app = try unhealthy("/web", healthy: healthy, of: 3)
        #expect("\(app)" == "/web: \(words)")
    }
}
