/// A group that a spec describes.
struct SpecGroup {
    /// Absolute.
    let id: String
    let file: String
    let pointer: String

    /// The groups and apps that are where an app is, or below one: at Marathon nothing can be inside an app.
    static func conflicts(of groups: [SpecGroup], with apps: [AppSpec]) -> [SpecProblem] {
        let files = Dictionary(apps.map { ($0.id, $0.file) }) { first, _ in first }
        guard !files.isEmpty else { return [] }
        let described = Set(groups.map(\.id))
        var problems: [SpecProblem] = []
        for group in groups {
            guard let file = files[group.id] else { continue }
            let message =
                "the group \(group.id) has the id of an app in \(file), and Marathon takes it only once"
            problems.append(SpecProblem(file: group.file, pointer: group.pointer + "/id", message: message))
        }
        let places = groups.map { ($0.id, $0.file, $0.pointer) } + apps.map { ($0.id, $0.file, $0.pointer) }
        for (id, file, pointer) in places {
            // What is in a group is told once, with the group.
            let around = sequence(first: MarathonPath.parent(of: id)) { MarathonPath.parent(of: $0) }
                .prefix { $0 != "/" && !described.contains($0) }
            guard let app = around.first(where: { files[$0] != nil }), let other = files[app] else { continue }
            let message = "\(id) can't be inside \(app), which is an app in \(other)"
            problems.append(SpecProblem(file: file, pointer: pointer + "/id", message: message))
        }
        return problems
    }
}
