/// Validates a complete app definition with correct types against Marathon's rules.
enum AppRules {
    static func problems(of app: JSON, at path: String = "") -> [MarathonProblem] {
        var problems: [MarathonProblem] = []
        func require(_ holds: Bool, _ place: String, _ error: String) {
            if !holds { problems.append(MarathonProblem(path: path + place, error: error)) }
        }
        require(PathID.isValid(app["id"]?.string ?? ""), "/id", PathID.segmentRule)
        for name in ["instances", "cpus", "mem", "disk"] {
            let value = app[name]?.double ?? 0
            require(value >= 0, "/\(name)", "got \(JSON(value)), expected 0 or more")
        }
        let (hasCommand, hasArguments) = (isPresent(app["cmd"]), isPresent(app["args"]))
        require(
            (hasCommand != hasArguments) || (!hasCommand && isPresent(app["container"])),
            "/",
            "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'."
        )
        for name in ["minimumHealthCapacity", "maximumOverCapacity"] {
            let value = app["upgradeStrategy"]?[name]?.double ?? 1
            require(value >= 0, "/upgradeStrategy/\(name)", "got \(JSON(value)), expected between 0.0 and 1.0")
            require(value <= 1, "/upgradeStrategy/\(name)", "got \(JSON(value)), expected between 0.0 and 1.0")
        }
        for (index, dependency) in (app["dependencies"]?.array ?? []).enumerated() {
            require(PathID.isValid(dependency.string ?? ""), "/dependencies(\(index))", PathID.segmentRule)
        }
        let ports = servicePorts(of: app).count
        for (index, check) in (app["healthChecks"]?.array ?? []).enumerated() {
            guard check["protocol"] != "COMMAND", check["port"]?.integer == nil else { continue }
            require(
                (check["portIndex"]?.integer ?? 0) < ports,
                "/healthChecks(\(index))",
                "Health check port indices must address an element of the ports array or container port mappings."
            )
        }
        for (index, mapping) in (app["container"]?["docker"]?["portMappings"]?.array ?? []).enumerated() {
            for name in ["containerPort", "hostPort", "servicePort"] {
                let port = mapping[name]?.integer ?? 0
                let place = "/container/docker/portMappings(\(index))/\(name)"
                require((0...65535).contains(port), place, "got \(port), expected between 0 and 65535")
            }
        }
        if let image = app["container"]?["docker"]?["image"]?.string {
            require(!image.isEmpty, "/container/docker/image", "must not be empty")
        }
        if let network = app["container"]?["docker"]?["network"]?.string {
            let known = ["BRIDGE", "HOST", "NONE", "USER"].contains(network)
            require(known, "/container/docker/network", "Invalid value \(network)")
        }
        return problems
    }

    private static func isPresent(_ value: JSON?) -> Bool {
        !(value?.isNull ?? true)
    }

    /// The service ports of a complete definition.
    static func servicePorts(of app: JSON) -> [Int] {
        if let mappings = app["container"]?["docker"]?["portMappings"]?.array {
            return mappings.map { $0["servicePort"]?.integer ?? 0 }
        }
        return app["portDefinitions"]?.array?.map { $0["port"]?.integer ?? 0 } ?? []
    }
}
