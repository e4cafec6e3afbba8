extension MarathonEndpoint {
    static let appParts: [MarathonEndpoint] = [
        MarathonEndpoint(.get, "/v2/apps/{id...}/tasks") { marathon, call in
            try marathon.read(call.id) { world, app in
                .marathon(["tasks": .array(app.tasks.map { world.taskDocument($0, of: app) })])
            }
        },
        MarathonEndpoint(.get, "/v2/apps/{id...}/versions") { marathon, call in
            try marathon.read(call.id) { _, app in
                .marathon(["versions": JSON(strings: app.versions.map(\.version).reversed())])
            }
        },
        MarathonEndpoint(.get, "/v2/apps/{id...}/versions/{version}") { marathon, call in
            try marathon.read(call.id) { world, app in
                let wanted = call.parameter("version")
                guard let known = app.versions.first(where: { $0.version == wanted }) else {
                    throw MarathonRefusal.noVersion(wanted, of: call.id)
                }
                return .marathon(world.versionDocument(known.definition, known.version))
            }
        },
        MarathonEndpoint(.post, "/v2/apps/{id...}/restart") { marathon, call in
            .marathon(
                try marathon.change { world, now in
                    guard world.apps[call.id] != nil else { throw MarathonRefusal.noApp(call.id) }
                    return try world.deploy(world.root, force: call.flag("force"), restarting: [call.id], at: now)
                })
        },
    ]
}

extension MarathonSimulator {
    /// Answers from an app as it is now.
    func read(_ id: String, _ answer: (MarathonWorld, SimulatedApp) throws -> SimulatedResponse) throws
        -> SimulatedResponse
    {
        try change { world, _ in
            guard let app = world.apps[id] else { throw MarathonRefusal.noApp(id) }
            return try answer(world, app)
        }
    }
}

extension MarathonRefusal {
    static func noVersion(_ version: String, of app: String) -> MarathonRefusal {
        MarathonRefusal(404, ["message": .string("App '\(app)' does not exist in version \(version)")])
    }
}
