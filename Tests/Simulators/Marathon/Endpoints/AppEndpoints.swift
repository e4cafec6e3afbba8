import Foundation

extension MarathonEndpoint {
    static let apps: [MarathonEndpoint] = [
        MarathonEndpoint(.get, "/v2/apps") { marathon, call in
            let query = AppQuery(call.request)
            return .marathon(
                try marathon.change { world, _ in
                    let apps = try world.apps.values.filter(query.matches).sorted { $0.id < $1.id }
                    return ["apps": .array(apps.map { world.appDocument($0, withTasks: query.withTasks) })]
                })
        },
        MarathonEndpoint(.get, "/v2/apps/{id...}") { marathon, call in
            try marathon.read(call.id) { world, app in .marathon(["app": world.appDocument(app, withTasks: true)]) }
        },
        MarathonEndpoint(.post, "/v2/apps") { marathon, call in
            let app = try call.body()
            try marathon.check(app, needsID: true)
            let id = PathID.absolute(app["id"]?.string ?? "")
            return try marathon.change { world, now in
                guard world.apps[id] == nil else { throw MarathonErrorResponse.appExists(id) }
                let deployment = try world.put([(id, app)], partially: false, force: call.flag("force"), at: now)
                world.emitAPIPost(app: id, uri: "/v2/apps", at: now)
                guard let created = world.apps[id] else { throw MarathonErrorResponse.noApp(id) }
                let document = world.appDocument(created, withTasks: true)
                return .marathon(document, status: 201, headers: ["Marathon-Deployment-Id": deployment.id])
            }
        },
        MarathonEndpoint(.put, "/v2/apps") { marathon, call in
            let body = try call.body()
            guard let apps = body.array else {
                throw MarathonErrorResponse.unreadable([MarathonProblem(path: "", error: "error.expected.jsarray")])
            }
            let problems = apps.enumerated().flatMap { index, app in
                AppTypes.problems(of: app, at: "(\(index))", needsID: true)
            }
            guard problems.isEmpty else { throw MarathonErrorResponse.unreadable(problems) }
            for app in apps { marathon.checkSchema(app, id: nil) }
            let wanted = apps.map { (id: PathID.absolute($0["id"]?.string ?? ""), app: $0) }
            return .marathon(
                try marathon.change { world, now in
                    let partially = call.flag("partialUpdate", default: true)
                    return try world.put(wanted, partially: partially, force: call.flag("force"), at: now)
                })
        },
        MarathonEndpoint(.put, "/v2/apps/{id...}") { marathon, call in
            let app = try call.body()
            try marathon.check(app, needsID: false, id: call.id)
            return try marathon.change { world, now in
                let isNew = world.apps[call.id] == nil
                let partially = call.flag("partialUpdate", default: true)
                let wanted = try world.rollbackDefinition(app, of: call.id) ?? app
                let deployment = try world.put(
                    [(call.id, wanted)],
                    partially: partially,
                    force: call.flag("force"),
                    at: now
                )
                world.emitAPIPost(app: call.id, uri: "/v2/apps\(call.id)", at: now)
                return .marathon(deployment, status: isNew ? 201 : 200)
            }
        },
        MarathonEndpoint(.patch, "/v2/apps/{id...}") { marathon, call in
            let app = try call.body()
            try marathon.check(app, needsID: false, id: call.id)
            return .marathon(
                try marathon.change { world, now in
                    guard world.apps[call.id] != nil else { throw MarathonErrorResponse.noApp(call.id) }
                    return try world.put([(call.id, app)], partially: true, force: call.flag("force"), at: now)
                })
        },
        MarathonEndpoint(.delete, "/v2/apps/{id...}") { marathon, call in
            .marathon(
                try marathon.change { world, now in
                    guard world.apps[call.id] != nil else { throw MarathonErrorResponse.noApp(call.id) }
                    var target = world.root
                    target.apps[call.id] = nil
                    return try world.deploy(target, force: call.flag("force", default: true), at: now)
                })
        },
    ]
}

extension MarathonSimulator {
    fileprivate func check(_ app: JSON, needsID: Bool, id: String? = nil) throws {
        let problems = AppTypes.problems(of: app, needsID: needsID)
        guard problems.isEmpty else { throw MarathonErrorResponse.unreadable(problems) }
        checkSchema(app, id: id)
    }

    /// Records violations of Marathon's schema in a definition. In a PUT the id may come from the path instead.
    func checkSchema(_ app: JSON, id: String?) {
        guard let schema else { return }
        let complete: JSON = id.map { ["id": .string($0)] } ?? [:]
        report(schema.problems(ofApp: complete.merging(app)).map { "app \(app["id"]?.text ?? id ?? ""): \($0)" })
    }
}

extension MarathonWorld {
    /// Creates or updates apps in one deployment.
    mutating func put(
        _ wanted: [(id: String, app: JSON)],
        partially: Bool,
        force: Bool,
        at now: Date
    ) throws -> SimulatedDeployment {
        var target = root
        var problems: [MarathonProblem] = []
        for (id, app) in wanted {
            let given = JSON.object((app.object ?? [:]).filter { !$0.value.isNull })
            let old: JSON = partially ? apps[id]?.definition ?? [:] : [:]
            let kept = given["ports"] == nil ? old.removing("ports") : old.removing("ports", "portDefinitions")
            let complete = complete(kept.merging(given), id: id)
            problems += AppRules.problems(of: complete)
            target.apps[id] = complete
            target.addAncestors(of: id)
        }
        guard problems.isEmpty else { throw MarathonErrorResponse.invalid(problems) }
        return try deploy(target, force: force, at: now)
    }

    /// The definition that a body with only a version refers to.
    fileprivate func rollbackDefinition(_ body: JSON, of id: String) throws -> JSON? {
        guard let version = body["version"]?.string else { return nil }
        guard (body.object ?? [:]).keys.allSatisfy({ ["id", "version"].contains($0) }) else {
            throw MarathonErrorResponse.invalid([
                MarathonProblem(path: "/", error: "The 'version' field may only be combined with the 'id' field.")
            ])
        }
        guard let known = apps[id]?.versions.first(where: { $0.version == version }) else {
            throw MarathonErrorResponse.noVersion(version, of: id)
        }
        return known.definition
    }

    fileprivate mutating func emitAPIPost(app id: String, uri: String, at now: Date) {
        let members: JSON = [
            "clientIp": "127.0.0.1", "uri": .string(uri), "appDefinition": apps[id]?.definition ?? .null,
        ]
        emit("api_post_event", members, at: now)
    }
}

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
                    throw MarathonErrorResponse.noVersion(wanted, of: call.id)
                }
                return .marathon(world.versionDocument(known.definition, known.version))
            }
        },
        MarathonEndpoint(.post, "/v2/apps/{id...}/restart") { marathon, call in
            .marathon(
                try marathon.change { world, now in
                    guard world.apps[call.id] != nil else { throw MarathonErrorResponse.noApp(call.id) }
                    return try world.deploy(world.root, force: call.flag("force"), restarting: [call.id], at: now)
                })
        },
    ]
}

extension MarathonSimulator {
    /// Responds with the current state of an app.
    fileprivate func read(_ id: String, _ answer: (MarathonWorld, SimulatedApp) throws -> SimulatedResponse) throws
        -> SimulatedResponse
    {
        try change { world, _ in
            guard let app = world.apps[id] else { throw MarathonErrorResponse.noApp(id) }
            return try answer(world, app)
        }
    }
}

extension MarathonErrorResponse {
    fileprivate static func noVersion(_ version: String, of app: String) -> MarathonErrorResponse {
        MarathonErrorResponse(404, ["message": .string("App '\(app)' does not exist in version \(version)")])
    }
}
