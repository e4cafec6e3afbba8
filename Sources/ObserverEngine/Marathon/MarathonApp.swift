package import struct Foundation.Date

/// An app as Marathon returns it. Every version adds fields and many are null, so it is read field by field.
package struct MarathonApp: Equatable, Sendable {
    package let json: JSONValue
    package let id: String
    /// The version of its configuration; tasks with the newest configuration have this version or a later one.
    package let configurationVersion: String
    package let instances: Int
    package let labels: [String: String]
    package let hasHealthChecks: Bool
    /// Those that can be running: Marathon also lists tasks of lost agents, and some that have ended.
    package let tasks: [MarathonTask]?
    package let tasksRunning: Int
    package let tasksHealthy: Int
    package let tasksStaged: Int
    /// The IDs of the Marathon deployments that it is part of; nil if Marathon does not list them.
    package let deployments: [String]?
    package let lastTaskFailure: MarathonTaskFailure?

    /// nil if the value has no id.
    package init?(_ json: JSONValue) {
        guard let id = json["id"]?.string else { return nil }
        self.json = json
        self.id = id.hasPrefix("/") ? id : "/" + id
        configurationVersion =
            json["versionInfo"]?["lastConfigChangeAt"]?.string ?? json["version"]?.string ?? ""
        instances = json["instances"]?.wholeNumber ?? 1
        labels = json["labels"]?.object?.compactMapValues(\.string) ?? [:]
        hasHealthChecks = !(json["healthChecks"]?.array ?? []).isEmpty
        tasks = json["tasks"]?.array?.compactMap(MarathonTask.init).filter(\.canBeRunning)
        tasksRunning = json["tasksRunning"]?.wholeNumber ?? 0
        tasksHealthy = json["tasksHealthy"]?.wholeNumber ?? 0
        tasksStaged = json["tasksStaged"]?.wholeNumber ?? 0
        deployments = json["deployments"]?.array.map { $0.compactMap { $0["id"]?.string } }
        lastTaskFailure = json["lastTaskFailure"].flatMap(MarathonTaskFailure.init)
    }
}

extension MarathonApp {
    /// Whether the task runs the newest configuration.
    func isCurrent(_ task: MarathonTask) -> Bool {
        // Versions are timestamps in one format, so they sort as strings.
        (task.version ?? configurationVersion) >= configurationVersion
    }

    /// Whether the deployment created the newest configuration of the app. One that only scales or restarts the app has
    /// another version.
    func isConfigured(by deployment: MarathonDeployment) -> Bool {
        deployments?.contains(deployment.id) == true
            && (deployment.version ?? configurationVersion) == configurationVersion
    }
}

/// One task of an app.
package struct MarathonTask: Equatable, Sendable {
    package let id: String
    /// The version of the app's configuration that it was launched with.
    package let version: String?
    /// `TASK_RUNNING`; nil if Marathon does not report it.
    package let state: String?
    package let isRunning: Bool
    let canBeRunning: Bool
    /// nil before the first check.
    package let isHealthy: Bool?
    package let host: String?
    package let ports: [Int]
    package let startedAt: Date?

    /// Before, during and at the end of its run. In any other state it has ended, or its agent is lost.
    /// Source: https://mesos.apache.org/documentation/latest/task-state-reasons/
    private static let statesOfRunning = ["TASK_STAGING", "TASK_STARTING", "TASK_RUNNING", "TASK_KILLING"]

    init?(_ json: JSONValue) {
        guard let id = json["id"]?.string else { return nil }
        self.id = id
        version = json["version"]?.string
        state = json["state"]?.string
        isRunning = state.map { $0 == "TASK_RUNNING" } ?? (json["startedAt"]?.string != nil)
        canBeRunning = state.map(Self.statesOfRunning.contains) ?? true
        host = json["host"]?.string
        ports = (json["ports"]?.array ?? []).compactMap(\.wholeNumber)
        startedAt = json["startedAt"]?.string.flatMap { Date(rfc3339: $0) }
        let results = json["healthCheckResults"]?.array ?? []
        isHealthy = results.isEmpty ? nil : results.allSatisfy { $0["alive"] == .bool(true) }
    }
}

/// How the last task of an app ended.
package struct MarathonTaskFailure: Equatable, Sendable, CustomStringConvertible {
    package let state: String
    package let message: String
    package let host: String
    package let timestamp: String

    init?(_ json: JSONValue) {
        guard json.object != nil else { return nil }
        state = json["state"]?.string ?? "TASK_FAILED"
        message = json["message"]?.string ?? ""
        host = json["host"]?.string ?? ""
        timestamp = json["timestamp"]?.string ?? ""
    }

    package var description: String {
        let place = host.isEmpty ? "" : " on \(host)"
        return "\(state)\(place)" + (message.isEmpty ? "" : ": \(message.printable)")
    }
}

/// A Marathon deployment in progress. One that has ended is no longer listed, however it ended.
package struct MarathonDeployment: Equatable, Sendable {
    package let id: String
    /// The version of the apps that it changes; nil if Marathon does not report it.
    package let version: String?
    package let step: Int?
    package let steps: Int?

    /// nil if the value has no id.
    package init?(_ json: JSONValue) {
        guard let id = json["id"]?.string else { return nil }
        self.id = id
        version = json["version"]?.string
        step = json["currentStep"]?.wholeNumber
        steps = json["totalSteps"]?.wholeNumber
    }
}

/// The tasks that Marathon has yet to launch.
/// Source: https://mesosphere.github.io/marathon/api-console/index.html (`GET /v2/queue`)
package struct LaunchQueue: Decodable, Sendable {
    private let json: JSONValue

    package init(from decoder: any Decoder) throws {
        json = try JSONValue(from: decoder)
    }

    /// Why an app waits, in words; nil if it does not wait.
    package func delay(of appID: String) -> String? {
        let entry = (json["queue"]?.array ?? []).first { $0["app"]?["id"]?.string == appID }
        guard let delay = entry?["delay"] else { return nil }
        if let seconds = delay["timeLeftSeconds"]?.wholeNumber, seconds > 0 {
            return "Marathon delays the next launch by \(Duration.seconds(seconds).brief), because tasks kept failing"
        }
        return delay["overdue"] == .bool(true)
            ? Self.missingOffer : nil
    }

    package static let missingOffer =
        "Marathon is waiting for a matching resource offer (cpus, mem, ports, acceptedResourceRoles, constraints)"
}

extension JSONValue {
    /// A whole number; Marathon writes whole doubles as integers, and the other way round.
    package var wholeNumber: Int? {
        switch self {
        case .integer(let value): Int(exactly: value)
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }
}
