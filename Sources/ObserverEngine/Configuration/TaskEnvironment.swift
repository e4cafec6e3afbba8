/// The variables that Marathon and Mesos set for a task.
/// Source: Marathon's TaskBuilder.scala and EnvironmentHelper.scala, Mesos' containerizer.
package struct TaskEnvironment: Equatable, Sendable {
    /// The agent that the task runs on.
    package var host: String?
    /// The host port that Marathon assigned to container port 8888.
    package var hostPort: Int?
    package var appID: String?
    package var taskID: String?
    package var sandbox: String?

    package init(
        host: String? = nil, hostPort: Int? = nil, appID: String? = nil, taskID: String? = nil, sandbox: String? = nil
    ) {
        self.host = host
        self.hostPort = hostPort
        self.appID = appID
        self.taskID = taskID
        self.sandbox = sandbox
    }

    package init(environment: [String: String]) {
        let value = { (name: String) in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        self.init(
            host: value("HOST"),
            hostPort: (value("PORT_8888") ?? value("PORT0")).flatMap(Int.init),
            appID: value("MARATHON_APP_ID"),
            taskID: value("MESOS_TASK_ID"),
            sandbox: value("MESOS_SANDBOX"))
    }

    /// Whether Mesos' executor prints the closing lines of the transcript.
    package var isMesosTask: Bool { taskID != nil || sandbox != nil }
}
