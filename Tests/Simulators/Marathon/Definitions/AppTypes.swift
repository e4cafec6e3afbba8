/// Validates the types in an app definition, as Play's JSON reader does first.
struct AppTypes {
    private(set) var problems: [MarathonProblem] = []

    private enum Kind: String {
        case string = "jsstring"
        case number = "jsnumber"
        case boolean = "jsboolean"
        case array = "jsarray"
        case object = "jsobject"
    }

    static func problems(of app: JSON, at path: String = "", needsID: Bool) -> [MarathonProblem] {
        var check = AppTypes()
        guard app.object != nil else { return [MarathonProblem(path: path, error: "error.expected.jsobject")] }
        check.app(app, path)
        if needsID, app["id"]?.isNull ?? true {
            check.problems.insert(MarathonProblem(path: "\(path)/id", error: "error.path.missing"), at: 0)
        }
        return check.problems
    }

    private mutating func app(_ app: JSON, _ path: String) {
        for name in ["id", "cmd", "user", "executor", "killSelection"] { expect(.string, app, name, path) }
        for name in [
            "cpus", "mem", "disk", "gpus", "instances", "backoffSeconds", "backoffFactor", "maxLaunchDelaySeconds",
            "taskKillGracePeriodSeconds",
        ] { expect(.number, app, name, path) }
        expect(.boolean, app, "requirePorts", path)
        for name in ["args", "uris", "storeUrls", "dependencies", "acceptedResourceRoles"] {
            elements(app, name, path) { $0.expect(.string, $1, at: $2) }
        }
        elements(app, "ports", path) { $0.expect(.number, $1, at: $2) }
        elements(app, "constraints", path) { check, constraint, place in
            check.expect(.array, constraint, at: place)
            for (index, part) in (constraint.array ?? []).enumerated() {
                check.expect(.string, part, at: "\(place)(\(index))")
            }
        }
        elements(app, "portDefinitions", path) { check, port, place in
            check.expect(.number, port, "port", place)
            check.expect(.string, port, "protocol", place)
        }
        elements(app, "healthChecks", path) { $0.healthCheck($1, $2) }
        elements(app, "readinessChecks", path) { $0.expect(.object, $1, at: $2) }
        elements(app, "fetch", path) { $0.require(.string, $1, "uri", $2) }
        values(app, "labels", path, allowing: [.string])
        values(app, "env", path, allowing: [.string, .object])
        for name in ["ipAddress", "residency", "secrets"] { expect(.object, app, name, path) }
        expect(.object, app, "upgradeStrategy", path)
        if let strategy = app["upgradeStrategy"] {
            expect(.number, strategy, "minimumHealthCapacity", "\(path)/upgradeStrategy")
            expect(.number, strategy, "maximumOverCapacity", "\(path)/upgradeStrategy")
        }
        expect(.object, app, "container", path)
        if let container = app["container"] { self.container(container, "\(path)/container") }
    }

    private mutating func container(_ container: JSON, _ path: String) {
        expect(.string, container, "type", path)
        elements(container, "volumes", path) { $0.require(.string, $1, "containerPath", $2) }
        expect(.object, container, "docker", path)
        guard let docker = container["docker"], docker.object != nil else { return }
        let place = "\(path)/docker"
        require(.string, docker, "image", place)
        expect(.string, docker, "network", place)
        expect(.boolean, docker, "privileged", place)
        expect(.boolean, docker, "forcePullImage", place)
        elements(docker, "parameters", place) { check, parameter, place in
            check.require(.string, parameter, "key", place)
            check.require(.string, parameter, "value", place)
        }
        elements(docker, "portMappings", place) { check, mapping, place in
            for name in ["containerPort", "hostPort", "servicePort"] { check.expect(.number, mapping, name, place) }
            check.expect(.string, mapping, "protocol", place)
            check.values(mapping, "labels", place, allowing: [.string])
        }
    }

    private mutating func healthCheck(_ check: JSON, _ path: String) {
        expect(.object, check, at: path)
        expect(.string, check, "path", path)
        expect(.string, check, "protocol", path)
        for name in [
            "gracePeriodSeconds", "intervalSeconds", "timeoutSeconds", "maxConsecutiveFailures", "portIndex", "port",
        ] { expect(.number, check, name, path) }
        if let command = check["command"] { require(.string, command, "value", "\(path)/command") }
    }

    private mutating func require(_ kind: Kind, _ object: JSON, _ name: String, _ path: String) {
        if object[name]?.isNull ?? true {
            problems.append(MarathonProblem(path: "\(path)/\(name)", error: "error.path.missing"))
        } else {
            expect(kind, object, name, path)
        }
    }

    private mutating func expect(_ kind: Kind, _ object: JSON, _ name: String, _ path: String) {
        if let value = object[name], !value.isNull { expect(kind, value, at: "\(path)/\(name)") }
    }

    private mutating func expect(_ kind: Kind, _ value: JSON, at path: String) {
        guard !Self.is(value, kind) else { return }
        problems.append(MarathonProblem(path: path, error: "error.expected.\(kind.rawValue)"))
    }

    private mutating func elements(
        _ object: JSON,
        _ name: String,
        _ path: String,
        check: (inout AppTypes, JSON, String) -> Void
    ) {
        expect(.array, object, name, path)
        for (index, element) in (object[name]?.array ?? []).enumerated() {
            check(&self, element, "\(path)/\(name)(\(index))")
        }
    }

    private mutating func values(_ object: JSON, _ name: String, _ path: String, allowing kinds: [Kind]) {
        expect(.object, object, name, path)
        for (key, value) in (object[name]?.object ?? [:]).sorted(by: { $0.key < $1.key })
        where !kinds.contains(where: { Self.is(value, $0) }) {
            problems.append(MarathonProblem(path: "\(path)/\(name)/\(key)", error: "error.expected.jsstring"))
        }
    }

    private static func `is`(_ value: JSON, _ kind: Kind) -> Bool {
        switch (kind, value) {
        case (.string, .string), (.number, .integer), (.number, .number), (.boolean, .bool), (.array, .array),
            (.object, .object):
            true
        default: false
        }
    }
}
