/// What `GET /v2/apps` asks for.
struct AppQuery {
    private var id: String?
    private var command: String?
    private var label: String?
    let withTasks: Bool

    init(_ request: SimulatedRequest) {
        id = request.query("id")
        command = request.query("cmd")
        label = request.query("label")
        withTasks = request.query.contains {
            $0.name == "embed" && ["apps.tasks", "app.tasks", "tasks"].contains($0.value)
        }
    }

    func matches(_ app: SimulatedApp) throws -> Bool {
        if let id, !app.id.contains(id) { return false }
        if let command, app.definition["cmd"]?.string?.contains(command) != true { return false }
        guard let label else { return true }
        guard let selector = LabelSelector(label) else {
            throw MarathonRefusal(400, ["message": .string("Can not parse label selector: \(label)")])
        }
        return selector.matches(app.labels)
    }
}
