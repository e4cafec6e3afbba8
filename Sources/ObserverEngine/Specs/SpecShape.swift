/// The types of the main fields of an app definition. Marathon ignores unknown fields, and every version adds some, so only
/// known fields are checked.
/// Source: Marathon's AppDefinition.json
indirect enum SpecShape: Sendable {
    case string
    case flag
    /// Not negative.
    case number
    /// Not negative.
    case whole
    /// From 0, for which Marathon assigns a port, to 65535.
    case port
    /// One of these, in any case.
    case word([String])
    /// A string, or an object that names a secret; null is neither.
    case variable
    case list(SpecShape)
    case map(SpecShape)
    case object([String: SpecShape])
    case any

    static let app = SpecShape.object(appFields)

    private static let appFields: [String: SpecShape] = [
        "id": .string, "cmd": .string, "args": .list(.string), "user": .string,
        "instances": .whole, "cpus": .number, "mem": .number, "disk": .number, "gpus": .whole,
        "env": .map(.variable), "labels": .map(.string), "secrets": .map(.any),
        "constraints": .list(.list(.string)), "acceptedResourceRoles": .list(.string),
        "dependencies": .list(.string), "uris": .list(.string), "storeUrls": .list(.string),
        "fetch": .list(.object(["uri": .string, "extract": .flag, "executable": .flag, "cache": .flag])),
        "ports": .list(.port), "requirePorts": .flag,
        "portDefinitions": .list(
            .object(["port": .port, "protocol": transport, "name": .string, "labels": .map(.string)])),
        "container": .object([
            "type": .string,
            "docker": .object([
                "image": .string, "network": .string, "privileged": .flag, "forcePullImage": .flag,
                "parameters": .list(.object(["key": .string, "value": .string])), "portMappings": portMappings,
            ]),
            "portMappings": portMappings,
            "volumes": .list(
                .object(["containerPath": .string, "hostPath": .string, "mode": .string])),
        ]),
        "healthChecks": .list(
            .object([
                "protocol": .word(["HTTP", "HTTPS", "TCP", "COMMAND", "MESOS_HTTP", "MESOS_HTTPS", "MESOS_TCP"]),
                "path": .string, "portIndex": .whole, "port": .port,
                "gracePeriodSeconds": .number, "intervalSeconds": .number, "timeoutSeconds": .number,
                "maxConsecutiveFailures": .whole, "command": .object(["value": .string]),
            ])),
        "readinessChecks": .list(.any),
        "upgradeStrategy": .object(["minimumHealthCapacity": .number, "maximumOverCapacity": .number]),
        "backoffSeconds": .number, "backoffFactor": .number, "maxLaunchDelaySeconds": .number,
        "taskKillGracePeriodSeconds": .number, "ipAddress": .any, "residency": .any, "networks": .list(.any),
    ]

    private static let transport = SpecShape.word(["tcp", "udp", "udp,tcp", "tcp,udp"])

    private static let portMappings = SpecShape.list(
        .object([
            "containerPort": .port, "hostPort": .port, "servicePort": .port, "protocol": transport, "name": .string,
            "labels": .map(.string),
        ]))

    /// The fields of an app that are not known here and differ from a known one in one letter, each with that one. A newer
    /// Marathon may know them.
    static func misspelledFields(of app: JSONValue) -> [(field: String, known: String)] {
        let unknown = (app.object ?? [:]).keys.filter { appFields[$0] == nil }.sorted()
        return unknown.compactMap { field in
            let length = field.count
            let similar = appFields.keys.filter { abs($0.count - length) <= 1 && $0.editDistance(to: field) == 1 }
            return similar.min().map { (field, $0) }
        }
    }

    /// Where and how the value does not have this shape. A null field counts as absent.
    func problems(of value: JSONValue, at pointer: String, file: String) -> [SpecProblem] {
        let report = { (message: String) in [SpecProblem(file: file, pointer: pointer, message: message)] }
        let expected = { (what: String) in report("expected \(what), found \(value.kind)") }
        switch (self, value) {
        case (.variable, .string), (.variable, .object): return []
        case (.variable, _): return expected("a string or an object")
        case (.any, _), (_, .null), (.string, .string), (.flag, .bool): return []
        case (.number, .integer(let number)) where number >= 0: return []
        case (.number, .number(let number)) where number >= 0: return []
        case (.whole, _) where (value.wholeNumber ?? -1) >= 0: return []
        case (.port, _) where (0...65535).contains(value.wholeNumber ?? -1): return []
        case (.word(let words), .string(let text)):
            if words.contains(where: { $0.lowercased() == text.lowercased() }) { return [] }
            let list = words.map { "'\($0)'" }.joined(separator: ", ")
            return report("must be one of \(list), found '\(text.printable)'")
        case (.port, .integer), (.port, .number):
            return report("must be a port from 0 to 65535, found \(value.canonical)")
        case (.number, .integer), (.number, .number), (.whole, .integer): return report("must not be negative")
        case (.whole, .number): return report("expected a whole number, found \(value.canonical)")
        case (.list(let shape), .array(let items)):
            return items.enumerated().flatMap { shape.problems(of: $1, at: "\(pointer)/\($0)", file: file) }
        case (.map(let shape), .object(let fields)):
            return fields.sorted { $0.key < $1.key }
                .flatMap { shape.problems(of: $1, at: "\(pointer)/\($0.pointerEscaped)", file: file) }
        case (.object(let shapes), .object(let fields)):
            return fields.sorted { $0.key < $1.key }
                .flatMap { shapes[$0]?.problems(of: $1, at: "\(pointer)/\($0.pointerEscaped)", file: file) ?? [] }
        case (.string, _), (.word, _): return expected("a string")
        case (.flag, _): return expected("true or false")
        case (.number, _): return expected("a number")
        case (.whole, _), (.port, _): return expected("a whole number")
        case (.list, _): return expected("a list")
        case (.map, _), (.object, _): return expected("an object")
        }
    }
}

extension String {
    /// The string as one token of a JSON pointer.
    package var pointerEscaped: String { replacing("~", with: "~0").replacing("/", with: "~1") }
}
