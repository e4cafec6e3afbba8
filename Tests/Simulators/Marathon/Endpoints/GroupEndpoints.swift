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
                    guard world.groups[call.id] != nil else { throw MarathonErrorResponse.noGroup(call.id) }
                    var target = world.root
                    target.removeGroup(call.id)
                    return try world.deploy(target, force: call.flag("force"), at: now)
                })
        },
    ]

    private static let readGroup: @Sendable (MarathonSimulator, Call) throws -> SimulatedResponse = { marathon, call in
        try marathon.change { world, _ in
            guard world.groups[call.id] != nil else { throw MarathonErrorResponse.noGroup(call.id) }
            return .marathon(world.groupDocument(call.id))
        }
    }

    private static let createGroup: @Sendable (MarathonSimulator, Call) throws -> SimulatedResponse = {
        marathon, call in
        let update = try marathon.groupUpdate(call)
        return try marathon.change { world, now in
            guard world.groups[update.id] == nil else {
                let message = "Group \(update.id) is already created. Use PUT to change this group."
                throw MarathonErrorResponse(409, ["message": .string(message)])
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
            throw MarathonErrorResponse.unreadable([MarathonProblem(path: "", error: "error.expected.jsobject")])
        }
        let id = body["id"]?.string.map { PathID.absolute($0, in: call.id) } ?? call.id
        var problems: [MarathonProblem] = []
        let update = GroupUpdate(body, id: id, problems: &problems)
        guard problems.isEmpty else { throw MarathonErrorResponse.unreadable(problems) }
        if let schema {
            let complete: JSON = ["id": .string(id)]
            report(schema.problems(ofGroup: complete.merging(body)).map { "group \(id): \($0)" })
        }
        return update
    }
}

extension MarathonWorld {
    /// The apps and groups after the update. Throws if the update breaks the rules.
    fileprivate mutating func target(of update: GroupUpdate) throws(MarathonErrorResponse) -> MarathonRoot {
        var problems = update.placementProblems()
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

    /// The apps of a group as of a version of the group.
    private func rolledBack(_ group: String, to version: String) throws(MarathonErrorResponse) -> MarathonRoot {
        var target = root
        let members = apps.values.filter { PathID.isInside($0.id, group) }
        guard members.contains(where: { $0.versions.contains { $0.version == version } }) else {
            throw MarathonErrorResponse(
                404, ["message": .string("Group '\(group)' does not exist in version \(version)")])
        }
        for app in members {
            target.apps[app.id] = app.versions.last { $0.version <= version }?.definition
        }
        return target
    }
}

extension GroupUpdate {
    /// Returns the problems of apps and groups whose absolute ids are outside this group.
    fileprivate func placementProblems(at path: String = "") -> [MarathonProblem] {
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
            problems += group.placementProblems(at: "\(path)/groups(\(index))")
        }
        return problems
    }
}

/// A group in a request. If present, `apps` and `groups` replace the whole set; otherwise the set is kept.
struct GroupUpdate {
    var id: String
    var apps: [JSON]?
    var groups: [GroupUpdate]?
    var dependencies: [String]?
    /// The version to roll the group back to. Not combined with other members.
    var version: String?

    /// Decodes a group and collects type errors.
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
