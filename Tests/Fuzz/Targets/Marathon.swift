import Foundation
import NIOHTTP1

@testable import ObserverEngine

extension FuzzTarget {
    /// Whatever Marathon answers, apps are found in it or not, a plan is made, and an error is a sentence.
    static let marathon = FuzzTarget(name: "marathon") { input in
        let body = Data(input)
        for status in [400, 401, 404, 409, 422, 500, 503] {
            let answer = JSONResponse(status: status, headers: ["Retry-After": "1"], body: body)
            precondition("\(reader.error(answer))".hasPrefix("Can't apply /web: "))
        }
        guard let json = try? JSONDecoder().decode(JSONValue.self, from: body) else { return }
        let apps = ([json, json["app"]].compactMap(\.self) + (json["apps"]?.array ?? [])).compactMap(MarathonApp.init)
        for app in apps {
            _ = AppReadiness(app, deployments: Set((app.deployments ?? []).prefix(1))).isComplete
            _ = app.lastTaskFailure?.description
            let queue = try? JSONDecoder().decode(LaunchQueue.self, from: body)
            _ = queue?.delay(of: app.id)
        }
        _ = try? JSONDecoder().decode(LaunchQueue.self, from: body).delay(of: "/web")
        let plan = DeploymentPlan.make(specs: wanted, actual: apps, name: "s4d", isForced: false, prunes: true)
        precondition(plan.applied.count + plan.unchanged.count == 1, "the app is neither applied nor unchanged")
    }

    private static let reader = MarathonErrorReader(
        operation: "apply /web", url: ServiceURL(host: "marathon.mesos", port: 8080), isRepeatable: true)

    private static let wanted = AppSpecs(
        apps: [
            AppSpec(
                id: "/web", file: "specs/web.json", pointer: "",
                definition: .object(["id": .string("/web"), "env": .object(["A": .string("b")])]))
        ], groups: ["/shop"])
}
