/// Marathon's handling of one field of an app definition, so that a running app can be compared with its spec.
/// Source: Marathon's AppDefinition.json, and the defaults of the versions 1.1 to 1.11
indirect enum DefinitionField: Sendable {
    /// Compared as it is. Inside, only what the spec names counts.
    case plain
    /// Where a spec leaves it out, Marathon fills in one of these, depending on its version. The first is the usual one.
    case defaulted([JSONValue])
    /// Where a spec leaves it out or has 0, Marathon assigns a number and keeps it.
    case assigned
    /// Where a spec leaves it out, what is running stays.
    case kept
    /// Names chosen by the author, each of which counts.
    case map
    case list(DefinitionField)
    /// Where a spec leaves it out, Marathon adds one item that consists of defaults.
    case ports(DefinitionField)
    case object([String: DefinitionField])
    /// An object whose absence means that all of its fields have their defaults.
    case section([String: DefinitionField])
}

extension DefinitionField {
    /// The fields of an app.
    /// - Parameter spec: Some defaults depend on other fields of the spec.
    static func app(for spec: JSONValue) -> DefinitionField {
        let isResident = spec.isResident
        return .object([
            // The app was found by it.
            "id": .kept,
            "cmd": .plain, "args": .plain, "user": .plain, "executor": .defaulted([""]),
            "instances": .kept, "cpus": .defaulted([1]), "mem": .defaulted([128]), "disk": .defaulted([0]),
            "gpus": .defaulted([0]),
            "env": .map, "labels": .map, "secrets": .map,
            "constraints": .plain, "acceptedResourceRoles": .defaulted([["*"]]), "dependencies": .plain,
            "uris": .plain, "storeUrls": .plain,
            "fetch": .list(
                .object([
                    "uri": .plain, "destPath": .plain, "extract": .defaulted([true]), "executable": .defaulted([false]),
                    "cache": .defaulted([false]),
                ])),
            "ports": .ports(.assigned), "requirePorts": .defaulted([false]),
            "portDefinitions": .ports(
                .object([
                    "port": .assigned, "protocol": .defaulted(["tcp"]), "name": .plain, "labels": .map,
                ])),
            "networks": .defaulted([[["mode": "host"]]]), "ipAddress": ipAddress,
            "container": container(hasImage: spec["container"]?["docker"]?.object != nil),
            "healthChecks": .list(healthCheck), "readinessChecks": .list(readinessCheck),
            "upgradeStrategy": .section([
                "minimumHealthCapacity": .defaulted([isResident ? 0.5 : 1]),
                "maximumOverCapacity": .defaulted([isResident ? 0 : 1]),
            ]),
            "backoffSeconds": .defaulted([1]), "backoffFactor": .defaulted([1.15]),
            "maxLaunchDelaySeconds": .defaulted([3600, 300]), "taskKillGracePeriodSeconds": .plain,
            "killSelection": .defaulted(["YOUNGEST_FIRST"]), "unreachableStrategy": unreachableStrategy,
            "residency": .object([
                "relaunchEscalationTimeoutSeconds": .defaulted([3600]),
                "taskLostBehavior": .defaulted(["WAIT_FOREVER"]),
            ]),
        ])
    }

    private static let ipAddress = object([
        "discovery": .section(["ports": .list(.object(["number": .plain, "name": .plain, "protocol": .plain]))]),
        "groups": .plain, "labels": .map, "networkName": .plain,
    ])

    private static func container(hasImage: Bool) -> DefinitionField {
        .object([
            "type": .defaulted(hasImage ? ["DOCKER"] : ["MESOS", "DOCKER"]),
            "docker": .object([
                "image": .plain, "network": .defaulted(["HOST"]), "privileged": .defaulted([false]),
                "forcePullImage": .defaulted([false]), "parameters": .list(.plain), "portMappings": portMappings,
                "credential": .plain, "pullConfig": .plain,
            ]),
            "appc": .object(["image": .plain, "id": .plain, "labels": .map, "forcePullImage": .defaulted([false])]),
            "portMappings": portMappings,
            "volumes": .list(
                .object([
                    "containerPath": .plain, "hostPath": .plain, "mode": .plain,
                    "persistent": .object([
                        "type": .defaulted(["root"]), "size": .plain, "maxSize": .plain, "constraints": .plain,
                    ]),
                    "external": .object(["name": .plain, "provider": .plain, "size": .plain, "options": .map]),
                ])),
        ])
    }

    private static let portMappings = ports(
        .object([
            "containerPort": .defaulted([0]), "hostPort": .defaulted([0]), "servicePort": .assigned,
            "protocol": .defaulted(["tcp"]), "name": .plain, "labels": .map, "networkNames": .plain,
        ]))

    private static let healthCheck = object([
        "protocol": .defaulted(["HTTP"]), "path": .defaulted(["/"]), "portIndex": .defaulted([0]), "port": .plain,
        "command": .plain, "gracePeriodSeconds": .defaulted([300]), "intervalSeconds": .defaulted([60]),
        "timeoutSeconds": .defaulted([20]), "maxConsecutiveFailures": .defaulted([3]),
        "ignoreHttp1xx": .defaulted([false]), "delaySeconds": .defaulted([15, 2]), "ipProtocol": .defaulted(["IPv4"]),
    ])

    private static let readinessCheck = object([
        "name": .defaulted(["readinessCheck"]), "protocol": .defaulted(["HTTP"]), "path": .defaulted(["/"]),
        "portName": .defaulted(["http-api"]), "intervalSeconds": .defaulted([30]), "timeoutSeconds": .defaulted([10]),
        "httpStatusCodesForReady": .defaulted([[200]]), "preserveLastResponse": .defaulted([false]),
    ])

    private static let unreachableStrategy = defaulted([
        ["inactiveAfterSeconds": 300, "expungeAfterSeconds": 600],
        ["inactiveAfterSeconds": 0, "expungeAfterSeconds": 0],
        ["inactiveAfterSeconds": 900, "expungeAfterSeconds": 604_800], "disabled",
    ])
}

extension JSONValue {
    /// Whether tasks of this definition are bound to an agent by their volumes.
    fileprivate var isResident: Bool {
        let volumes = self["container"]?["volumes"]?.array ?? []
        return (self["residency"] ?? .null) != .null || volumes.contains { ($0["persistent"] ?? .null) != .null }
    }
}
