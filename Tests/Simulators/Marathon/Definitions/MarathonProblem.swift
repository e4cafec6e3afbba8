/// One thing that is wrong with a definition, at a place such as `/container/docker/portMappings(0)/hostPort`.
struct MarathonProblem: Sendable, Hashable {
    var path: String
    var error: String

    /// The `details` of an error: one entry for each place.
    static func details(_ problems: [MarathonProblem]) -> JSON {
        let places = problems.reduce(into: [String]()) { if !$0.contains($1.path) { $0.append($1.path) } }
        return .array(
            places.map { path in
                ["path": .string(path), "errors": JSON(strings: problems.filter { $0.path == path }.map(\.error))]
            })
    }
}
