/// Completes an app definition with defaults, absolute ids and service ports, and drops unknown members.
struct AppNormalization {
    /// Returns the next free service port.
    var nextPort: () -> Int

    func complete(_ app: JSON, id: String, replacing old: JSON?) -> JSON {
        var complete = Self.defaults
        for (name, value) in app.object ?? [:] where Self.defaults[name] != nil && !value.isNull {
            complete[name] = value
        }
        complete["id"] = .string(id)
        let group = PathID.parent(of: id)
        let dependencies = complete["dependencies"]?.array?.compactMap(\.string) ?? []
        complete["dependencies"] = JSON(strings: dependencies.map { PathID.absolute($0, in: group) }.sorted())
        complete["upgradeStrategy"] = Self.defaultStrategy.merging(complete["upgradeStrategy"] ?? [:])
        complete["healthChecks"] = .array((complete["healthChecks"]?.array ?? []).map(Self.healthCheck))
        if let container = complete["container"], !container.isNull {
            complete["container"] = Self.container(container)
        }
        assignServicePorts(&complete, given: app, old: old)
        return complete
    }

    private func assignServicePorts(_ app: inout JSON, given: JSON, old: JSON?) {
        var kept = old.map(AppRules.servicePorts(of:)) ?? []
        func port(_ wanted: Int?) -> JSON {
            if let wanted, wanted != 0 { return .integer(wanted) }
            return .integer(kept.isEmpty ? nextPort() : kept.removeFirst())
        }
        if let mappings = app["container"]?["docker"]?["portMappings"]?.array {
            let assigned = mappings.map { $0.merging(["servicePort": port($0["servicePort"]?.integer)]) }
            let docker = app["container"]?["docker"]?.merging(["portMappings": .array(assigned)])
            app["container"]?["docker"] = docker
            app["portDefinitions"] = .array(
                assigned.map { ["port": $0["servicePort"] ?? 0, "protocol": "tcp", "labels": [:]] })
        } else {
            let numbers = given["ports"]?.array?.map { ["port": $0] as JSON }
            let wanted = given["portDefinitions"]?.array ?? numbers ?? [["port": 0]]
            app["portDefinitions"] = .array(
                wanted.map { definition in
                    let common: JSON = ["protocol": "tcp", "labels": [:]]
                    return common.merging(definition).merging(["port": port(definition["port"]?.integer)])
                })
        }
        app["ports"] = .array(AppRules.servicePorts(of: app).map(JSON.integer))
    }

    private static func healthCheck(_ check: JSON) -> JSON {
        let common: JSON = [
            "protocol": "HTTP", "gracePeriodSeconds": 300, "intervalSeconds": 60, "timeoutSeconds": 20,
            "maxConsecutiveFailures": 3,
        ]
        let merged = common.merging(check)
        guard merged["protocol"] == "HTTP" || merged["protocol"] == "HTTPS" else { return merged }
        let web: JSON = ["path": "/", "ignoreHttp1xx": false]
        let index: JSON = check["port"] == nil ? ["portIndex": 0] : [:]
        return web.merging(index).merging(merged)
    }

    private static func container(_ container: JSON) -> JSON {
        let common: JSON = ["type": container["docker"] == nil ? "MESOS" : "DOCKER", "volumes": []]
        var complete = common
        for (name, value) in container.object ?? [:] where ["type", "volumes", "docker", "appc"].contains(name) {
            complete[name] = value
        }
        if let docker = container["docker"], docker.object != nil {
            let dockerDefaults: JSON = ["privileged": false, "parameters": [], "forcePullImage": false, "network": nil]
            var full = dockerDefaults.merging(docker)
            if let mappings = full["portMappings"]?.array {
                let mapping: JSON = ["containerPort": 0, "hostPort": 0, "protocol": "tcp", "labels": [:]]
                full["portMappings"] = .array(mappings.map { mapping.merging($0) })
            } else if full["network"] == "BRIDGE" {
                full["portMappings"] = [["containerPort": 0, "hostPort": 0, "protocol": "tcp", "labels": [:]]]
            }
            complete["docker"] = full
        }
        return complete
    }

    private static let defaultStrategy: JSON = ["minimumHealthCapacity": 1, "maximumOverCapacity": 1]

    private static let defaults: JSON = [
        "id": nil, "acceptedResourceRoles": nil, "args": nil, "backoffFactor": 1.15, "backoffSeconds": 1, "cmd": nil,
        "constraints": [], "container": nil, "cpus": 1, "dependencies": [], "disk": 0, "env": [:], "executor": "",
        "fetch": [], "gpus": 0, "healthChecks": [], "instances": 1, "ipAddress": nil, "killSelection": "YOUNGEST_FIRST",
        "labels": [:], "maxLaunchDelaySeconds": 3600, "mem": 128, "portDefinitions": nil, "ports": nil,
        "readinessChecks": [], "requirePorts": false, "residency": nil, "secrets": [:], "storeUrls": [],
        "taskKillGracePeriodSeconds": nil, "unreachableStrategy": nil, "upgradeStrategy": defaultStrategy, "uris": [],
        "user": nil,
    ]
}
