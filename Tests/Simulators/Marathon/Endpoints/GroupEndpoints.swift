import Foundation

extension MarathonEndpoint {
    static let groups: [MarathonEndpoint] = [
        MarathonEndpoint(.get, "/v2/groups", readGroup),
        MarathonEndpoint(.get, "/v2/groups/{id...}", readGroup),
        MarathonEndpoint(.post, "/v2/groups", createGroup),
        MarathonEndpoint(.post, "/v2/groups/{id...}", createGroup),
        MarathonEndpoint(.put, "/v2/groups", updateGroup),
        MarathonEndpoint(.put, "/v2/groups/{id...}", updateGroup),
        MarathonEndpoint(.delete, "/v2/groups/{id...}") { marathon, call in
            .marathon(
                try marathon.change { world, now in
                    guard world.groups[call.id] != nil else { throw MarathonRefusal.noGroup(call.id) }
                    var target = world.root
                    target.removeGroup(call.id)
                    return try world.deploy(target, force: call.flag("force"), at: now)
                })
        },
    ]

    private static let readGroup: @Sendable (MarathonSimulator, Call) throws -> SimulatedResponse = { marathon, call in
        try marathon.change { world, _ in
            guard world.groups[call.id] != nil else { throw MarathonRefusal.noGroup(call.id) }
            return .marathon(world.groupDocument(call.id))
        }
    }

    private static let createGroup: @Sendable (MarathonSimulator, Call) throws -> SimulatedResponse = {
        marathon, call in
        let update = try marathon.groupUpdate(call)
        return try marathon.change { world, now in
            guard world.groups[update.id] == nil else {
                let message = "Group \(update.id) is already created. Use PUT to change this group."
                throw MarathonRefusal(409, ["message": .string(message)])
            }
            let target = try world.target(of: update)
            return .marathon(try world.deploy(target, force: call.flag("force"), at: now), status: 201)
        }
    }

    private static let updateGroup: @Sendable (MarathonSimulator, Call) throws -> SimulatedResponse = {
        marathon, call in
        let update = try marathon.groupUpdate(call)
        return try marathon.change { world, now in
            let target = try world.target(of: update)
            if call.flag("dryRun") {
                let steps = try world.plan(target).steps.map { ["actions": .array($0.map(\.document))] as JSON }
                return .marathon(["steps": .array(steps)])
            }
            return .marathon(try world.deploy(target, force: call.flag("force"), at: now))
        }
    }
}

extension MarathonSimulator {
    fileprivate func groupUpdate(_ call: MarathonEndpoint.Call) throws -> GroupUpdate {
        let body = try call.body()
        guard body.object != nil else {
            throw MarathonRefusal.unreadable([MarathonProblem(path: "", error: "error.expected.jsobject")])
        }
        let id = body["id"]?.string.map { PathID.absolute($0, in: call.id) } ?? call.id
        var problems: [MarathonProblem] = []
        let update = GroupUpdate(body, id: id, problems: &problems)
        guard problems.isEmpty else { throw MarathonRefusal.unreadable(problems) }
        if let schema {
            let complete: JSON = ["id": .string(id)]
            report(schema.problems(ofGroup: complete.merging(body)).map { "group \(id): \($0)" })
        }
        return update
    }
}

extension MarathonWorld {
    /// What Marathon would be meant to run after the update; throws where the update breaks the rules.
    fileprivate mutating func target(of update: GroupUpdate) throws(MarathonRefusal) -> MarathonRoot {
        var problems = update.misplaced()
        guard problems.isEmpty else { throw .invalid(problems) }
        var target = root
        if let version = update.version { return try rolledBack(update.id, to: version) }
        target.apply(update) { app, id in
            let definition = complete(app, id: id)
            problems += AppRules.problems(of: definition)
            return definition
        }
        guard problems.isEmpty else { throw .invalid(problems) }
        return target
    }

    /// The apps of a group as they were at a version of the group.
    private func rolledBack(_ group: String, to version: String) throws(MarathonRefusal) -> MarathonRoot {
        var target = root
        let members = apps.values.filter { PathID.isInside($0.id, group) }
        guard members.contains(where: { $0.versions.contains { $0.version == version } }) else {
            throw MarathonRefusal(404, ["message": .string("Group '\(group)' does not exist in version \(version)")])
        }
        for app in members {
            target.apps[app.id] = app.versions.last { $0.version <= version }?.definition
        }
        return target
    }
}

extension GroupUpdate {
    /// The apps and groups whose absolute ids are not in this group.
    fileprivate func misplaced(at path: String = "") -> [MarathonProblem] {
        let error = "Identifier is not child of \(id). Hint: use relative paths."
        var problems: [MarathonProblem] = []
        if !PathID.isValid(id), id != "/" {
            problems.append(MarathonProblem(path: "\(path)/id", error: PathID.segmentRule))
        }
        for (index, app) in (apps ?? []).enumerated()
        where PathID.parent(of: PathID.absolute(app["id"]?.string ?? "", in: id)) != id {
            problems.append(MarathonProblem(path: "\(path)/apps(\(index))/id", error: error))
        }
        for (index, group) in (groups ?? []).enumerated() {
            if PathID.parent(of: group.id) != id {
                problems.append(MarathonProblem(path: "\(path)/groups(\(index))/id", error: error))
            }
            problems += group.misplaced(at: "\(path)/groups(\(index))")
        }
        return problems
    }
}
