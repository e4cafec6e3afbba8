/// The part of a commit that a target needs. Everything else is read, but not written.
package enum TreeSelection: Equatable, Sendable {
    case everything
    /// These files, and everything below these directories.
    case paths(Set<[String]>)

    /// - Parameter names: Relative to the repository.
    package static func only(_ names: [String]) -> TreeSelection {
        .paths(Set(names.map { $0.split(separator: "/").map(String.init) }))
    }

    func includes(_ path: some Collection<String>) -> Bool {
        switch self {
        case .everything: true
        case .paths(let paths): paths.contains { path.starts(with: $0) }
        }
    }

    /// Links lead to a few places in a repository of specs; computing more of them would take long.
    private static let longest = 64

    /// The selection, the places that its links lead to, and the links on the way.
    func extended(by links: TreeLinks) -> TreeSelection {
        guard case .paths(var places) = self else { return self }
        var steps: Set<[String]> = []
        var isComplete = false
        while !isComplete {
            isComplete = true
            for link in links.paths where TreeSelection.paths(places).includes(link) {
                guard let route = links.route(from: link) else { continue }
                steps.formUnion(route.links)
                guard !TreeSelection.paths(places).includes(route.end) else { continue }
                guard places.count < Self.longest else { return .paths(places.union(steps)) }
                places.insert(route.end)
                isComplete = false
            }
        }
        return .paths(places.union(steps.filter { !TreeSelection.paths(places).includes($0) }))
    }
}
