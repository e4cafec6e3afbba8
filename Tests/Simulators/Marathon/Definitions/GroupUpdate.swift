/// A group as a request describes it. `apps` and `groups` replace the whole set where present; absent they are kept.
struct GroupUpdate {
    var id: String
    var apps: [JSON]?
    var groups: [GroupUpdate]?
    var dependencies: [String]?
    /// The version to which the group is to be rolled back, which stands alone.
    var version: String?

    /// Reads a group; collects what has the wrong type.
    init(_ json: JSON, id: String, at path: String = "", problems: inout [MarathonProblem]) {
        self.id = id
        version = json["version"]?.string
        dependencies = json["dependencies"]?.array?.compactMap(\.string).map { PathID.absolute($0, in: id) }
        if let list = json["apps"], !list.isNull {
            if list.array == nil {
                problems.append(MarathonProblem(path: "\(path)/apps", error: "error.expected.jsarray"))
            }
            let apps = list.array ?? []
            for (index, app) in apps.enumerated() {
                problems += AppTypes.problems(of: app, at: "\(path)/apps(\(index))", needsID: true)
            }
            self.apps = apps
        }
        if let list = json["groups"], !list.isNull {
            if list.array == nil {
                problems.append(MarathonProblem(path: "\(path)/groups", error: "error.expected.jsarray"))
            }
            groups = (list.array ?? []).enumerated().map { index, group in
                let place = "\(path)/groups(\(index))"
                let name = group["id"]?.string
                if name == nil { problems.append(MarathonProblem(path: "\(place)/id", error: "error.path.missing")) }
                let groupID = PathID.absolute(name ?? "", in: id)
                return GroupUpdate(group, id: groupID, at: place, problems: &problems)
            }
        }
    }
}
