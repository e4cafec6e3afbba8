/// An app as Marathon shows it. New fields appear with every version and many are null, so it is read field by field.
package struct MarathonApp: Equatable, Sendable {
    package let json: JSONValue
    package let id: String
    /// The version of its configuration: what tasks that run the newest configuration bear at least.
    package let configurationVersion: String
    package let instances: Int
    package let labels: [String: String]
    package let hasHealthChecks: Bool
    package let tasks: [MarathonTask]?
    package let tasksRunning: Int
    package let tasksHealthy: Int
    package let tasksStaged: Int
    /// The ids of the deployments at Marathon that it takes part in; nil where Marathon does not tell.
    package let deployments: [String]?
    package let lastTaskFailure: MarathonTaskFailure?

    /// nil where the value has no id.
    package init?(_ json: JSONValue) {
        guard let id = json["id"]?.string else { return nil }
        self.json = json
        self.id = id.hasPrefix("/") ? id : "/" + id
        configurationVersion =
            json["versionInfo"]?["lastConfigChangeAt"]?.string ?? json["version"]?.string ?? ""
        instances = json["instances"]?.wholeNumber ?? 1
        labels = json["labels"]?.object?.compactMapValues(\.string) ?? [:]
        hasHealthChecks = !(json["healthChecks"]?.array ?? []).isEmpty
        tasks = json["tasks"]?.array?.compactMap(MarathonTask.init)
        tasksRunning = json["tasksRunning"]?.wholeNumber ?? 0
        tasksHealthy = json["tasksHealthy"]?.wholeNumber ?? 0
        tasksStaged = json["tasksStaged"]?.wholeNumber ?? 0
        deployments = json["deployments"]?.array.map { $0.compactMap { $0["id"]?.string } }
        lastTaskFailure = json["lastTaskFailure"].flatMap(MarathonTaskFailure.init)
    }
}

extension MarathonApp {
    /// Whether what made it as it is was a deployment of this spec at this commit.
    func bears(_ spec: AppSpec, at commit: CommitID) -> Bool {
        labels[DployLabel.spec] == spec.fingerprint && labels[DployLabel.commit] == commit.description
    }

    /// Whether it takes part in this deployment because of its newest configuration. One that only scales or restarts it
    /// bears another version.
    func isBrought(by deployment: MarathonDeployment) -> Bool {
        deployments?.contains(deployment.id) == true
            && (deployment.version ?? configurationVersion) == configurationVersion
    }
}

/// One task of an app.
package struct MarathonTask: Equatable, Sendable {
    package let id: String
    /// The version of the app's configuration that it was launched with.
    package let version: String?
    package let isRunning: Bool
    /// nil before the first check.
    package let isHealthy: Bool?

    init?(_ json: JSONValue) {
        guard let id = json["id"]?.string else { return nil }
        self.id = id
        version = json["version"]?.string
        isRunning = json["state"]?.string.map { $0 == "TASK_RUNNING" } ?? (json["startedAt"]?.string != nil)
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

extension JSONValue {
    /// Whole numbers stand for doubles at Marathon, and the other way round.
    package var wholeNumber: Int? {
        switch self {
        case .integer(let value): Int(exactly: value)
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }
}
