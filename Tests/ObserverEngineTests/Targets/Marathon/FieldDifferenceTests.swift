import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Differences between a running app and its spec")
struct FieldDifferenceTests {
    /// A field of the spec as Marathon shows it where the spec leaves it out, and another value of it.
    struct Default: Sendable, CustomTestStringConvertible {
        /// The rest of the spec, in which the field is left out.
        var spec = ""
        /// The members that hold the default, with `DEFAULT` in its place.
        let frame: String
        /// As different versions of Marathon show it.
        let values: [String]
        let other: String
        let pointer: String

        var testDescription: String { pointer }

        init(_ pointer: String, _ values: [String], other: String, in frame: String, spec: String = "") {
            self.pointer = pointer
            self.values = values
            self.other = other
            self.frame = frame
            self.spec = spec
        }
    }

    private static let image = #""container":{"docker":{"image":"nginx"#

    /// A field, its default as different versions of Marathon show it, and another value.
    private typealias Row = (name: String, values: [String], other: String)

    /// - Parameter frame: Members with `NAME` and `DEFAULT` in place of the field and its value.
    private static func defaults(
        of rows: [Row], at pointer: String, in frame: String, spec: String = ""
    ) -> [Default] {
        rows.map { row in
            Default(
                "\(pointer)/\(row.name)", row.values, other: row.other,
                in: frame.replacing("NAME", with: row.name), spec: spec)
        }
    }

    private static let ofApp: [Row] = [
        ("cpus", ["1", "1.0", "null"], "2"), ("mem", ["128", "128.0"], "64"), ("disk", ["0"], "10"),
        ("gpus", ["0", "null"], "1"), ("executor", [#""""#, "null"], #""//cmd""#),
        ("acceptedResourceRoles", ["null", "[]", #"["*"]"#], #"["slave_public"]"#),
        ("backoffFactor", ["1.15"], "2"), ("backoffSeconds", ["1"], "5"),
        ("maxLaunchDelaySeconds", ["3600", "300"], "60"), ("requirePorts", ["false"], "true"),
        ("killSelection", [#""YOUNGEST_FIRST""#], #""OLDEST_FIRST""#),
        ("taskKillGracePeriodSeconds", ["null"], "5"), ("user", ["null"], #""root""#),
        ("args", ["null", "[]"], #"["x"]"#), ("constraints", ["[]"], #"[["hostname","UNIQUE"]]"#),
        ("dependencies", ["[]"], #"["/db"]"#), ("storeUrls", ["[]"], #"["http://s/a"]"#),
        ("healthChecks", ["[]", "null"], #"[{"protocol":"TCP"}]"#), ("readinessChecks", ["[]"], #"[{"name":"r"}]"#),
        ("fetch", ["[]"], #"[{"uri":"http://s/a"}]"#), ("ipAddress", ["null"], #"{"networkName":"n"}"#),
        ("container", ["null"], #"{"docker":{"image":"i"}}"#),
        (
            "residency", ["null", #"{"relaunchEscalationTimeoutSeconds":3600,"taskLostBehavior":"WAIT_FOREVER"}"#],
            #"{"taskLostBehavior":"RELAUNCH_AFTER_TIMEOUT"}"#
        ),
        (
            "unreachableStrategy",
            [
                "null", #""disabled""#, #"{"inactiveAfterSeconds":300,"expungeAfterSeconds":600}"#,
                #"{"inactiveAfterSeconds":900,"expungeAfterSeconds":604800}"#,
            ], #"{"inactiveAfterSeconds":7,"expungeAfterSeconds":600}"#
        ),
    ]

    private static let ofDocker: [Row] = [
        ("network", ["null", #""HOST""#], #""BRIDGE""#), ("privileged", ["false"], "true"),
        ("forcePullImage", ["false"], "true"), ("parameters", ["[]", "null"], #"[{"key":"cap-add","value":"A"}]"#),
    ]

    private static let ofContainer: [Row] = [
        ("type", [#""DOCKER""#, "null"], #""MESOS""#),
        ("volumes", ["[]", "null"], #"[{"containerPath":"/a","hostPath":"/b","mode":"RO"}]"#),
    ]

    private static let ofPortMapping: [Row] = [
        ("containerPort", ["0"], "80"), ("hostPort", ["0", "null"], "80"), ("protocol", [#""tcp""#], #""udp""#),
        ("name", ["null"], #""http""#), ("labels", ["{}", "null"], #"{"a":"b"}"#),
    ]

    private static let ofPortDefinition: [Row] = [
        ("protocol", [#""tcp""#], #""udp""#), ("name", ["null"], #""http""#), ("labels", ["{}"], #"{"a":"b"}"#),
    ]

    private static let ofHealthCheck: [Row] = [
        ("protocol", [#""HTTP""#], #""TCP""#), ("path", [#""/""#, "null"], #""/ping""#), ("portIndex", ["0"], "1"),
        ("port", ["null"], "8080"), ("command", ["null"], #"{"value":"true"}"#),
        ("gracePeriodSeconds", ["300"], "10"), ("intervalSeconds", ["60"], "10"), ("timeoutSeconds", ["20"], "10"),
        ("maxConsecutiveFailures", ["3"], "1"), ("ignoreHttp1xx", ["false"], "true"),
        ("delaySeconds", ["2", "15"], "5"), ("ipProtocol", [#""IPv4""#], #""IPv6""#),
    ]

    private static let ofReadinessCheck: [Row] = [
        ("name", [#""readinessCheck""#], #""r""#), ("protocol", [#""HTTP""#], #""HTTPS""#),
        ("path", [#""/""#], #""/ready""#), ("portName", [#""http-api""#], #""p""#), ("intervalSeconds", ["30"], "5"),
        ("timeoutSeconds", ["10"], "5"), ("httpStatusCodesForReady", ["[200]"], "[204]"),
        ("preserveLastResponse", ["false"], "true"),
    ]

    private static let ofDownload: [Row] = [
        ("extract", ["true"], "false"), ("executable", ["false"], "true"), ("cache", ["false"], "true"),
    ]

    private static let ofVolume: [Row] = [
        ("type", [#""root""#], #""mount""#), ("constraints", ["[]"], #"[["path","LIKE","/a"]]"#),
    ]

    /// Every field of an app definition that has a default.
    static let defaults: [Default] = [
        defaults(of: ofApp, at: "", in: #""NAME":DEFAULT"#),
        defaults(of: [("A", ["null"], #""b""#)], at: "/env", in: #""env":{"NAME":DEFAULT}"#),
        defaults(of: [("a", ["null"], #""b""#)], at: "/labels", in: #""labels":{"NAME":DEFAULT}"#),
        defaults(of: [("a", ["null"], #"{"source":"b"}"#)], at: "/secrets", in: #""secrets":{"NAME":DEFAULT}"#),
        defaults(
            of: [("minimumHealthCapacity", ["1", "1.0"], "0.5"), ("maximumOverCapacity", ["1"], "0")],
            at: "/upgradeStrategy", in: #""upgradeStrategy":{"NAME":DEFAULT}"#),
        defaults(
            of: ofDocker, at: "/container/docker", in: image + #"","NAME":DEFAULT}}"#, spec: image + #""}}"#),
        defaults(
            of: ofContainer, at: "/container", in: #""container":{"docker":{"image":"nginx"},"NAME":DEFAULT}"#,
            spec: image + #""}}"#),
        defaults(
            of: ofPortMapping, at: "/container/docker/portMappings/0",
            in: image + #"","portMappings":[{"x":1,"NAME":DEFAULT}]}}"#,
            spec: image + #"","portMappings":[{"x":1}]}}"#),
        defaults(
            of: ofPortDefinition, at: "/portDefinitions/0",
            in: #""portDefinitions":[{"port":10001,"x":1,"NAME":DEFAULT}]"#,
            spec: #""portDefinitions":[{"port":10001,"x":1}]"#),
        defaults(
            of: ofHealthCheck, at: "/healthChecks/0", in: #""healthChecks":[{"x":1,"NAME":DEFAULT}]"#,
            spec: #""healthChecks":[{"x":1}]"#),
        defaults(
            of: ofReadinessCheck, at: "/readinessChecks/0", in: #""readinessChecks":[{"x":1,"NAME":DEFAULT}]"#,
            spec: #""readinessChecks":[{"x":1}]"#),
        defaults(
            of: ofDownload, at: "/fetch/0", in: #""fetch":[{"uri":"http://s/a","NAME":DEFAULT}]"#,
            spec: #""fetch":[{"uri":"http://s/a"}]"#),
        defaults(
            of: ofVolume, at: "/container/volumes/0/persistent",
            in: #""container":{"volumes":[{"containerPath":"d","persistent":{"size":10,"NAME":DEFAULT}}]}"#,
            spec: #""container":{"volumes":[{"containerPath":"d","persistent":{"size":10}}]}"#),
    ].flatMap(\.self)

    @Test("a value that Marathon fills in is not a difference", arguments: defaults)
    func filledIn(field: Default) throws {
        for value in field.values {
            let running = try app(field.frame.replacing("DEFAULT", with: value))
            #expect(FieldDifference.between(running, and: try app(field.spec)) == [], "\(value)")
        }
    }

    @Test("a value that the spec no longer names is a difference, and nothing else is", arguments: defaults)
    func noLongerNamed(field: Default) throws {
        let running = try app(field.frame.replacing("DEFAULT", with: field.other))
        let differences = FieldDifference.between(running, and: try app(field.spec))
        #expect(differences.count == 1)
        #expect(differences.first?.path.hasPrefix(field.pointer) == true, "\(differences)")
    }

    @Test("a field that the spec sets to the default is the same as one that Marathon filled in", arguments: defaults)
    func spelledOut(field: Default) throws {
        let named = try app(field.frame.replacing("DEFAULT", with: field.values[0]))
        #expect(FieldDifference.between(named, and: named) == [])
        #expect(FieldDifference.between(try app(field.spec), and: named) == [])
    }

    @Test("a number that Marathon assigned is a difference only if the spec names another one")
    func assigned() throws {
        let running = try app(#""ports":[10007],"portDefinitions":[{"port":10007,"protocol":"tcp","labels":{}}]"#)
        for spec in [
            "", #""ports":[0]"#, #""portDefinitions":[{"port":0}]"#, #""portDefinitions":[{}]"#, #""ports":[10007]"#,
        ] {
            #expect(FieldDifference.between(running, and: try app(spec)) == [], "\(spec)")
        }
        let moved = FieldDifference.between(running, and: try app(#""ports":[9000]"#))
        #expect(moved == [.init(path: "/ports/0", before: "10007", after: "9000")])
    }

    @Test("service ports of port mappings do not show up as ports of the app")
    func repeatedPorts() throws {
        let running = try app(
            Self.image + #"","network":"BRIDGE","portMappings":[{"containerPort":80,"hostPort":0,"servicePort":10001,"#
                + #""protocol":"tcp","labels":{}}]},"type":"DOCKER","volumes":[]},"ports":[10001],"#
                + #""portDefinitions":[{"port":10001,"protocol":"tcp","labels":{}}]"#)
        let spec = try app(Self.image + #"","network":"BRIDGE","portMappings":[{"containerPort":80}]}}"#)
        #expect(FieldDifference.between(running, and: spec) == [])
    }

    @Test("a spec copied from Marathon's answer has both forms of ports and downloads")
    func bothForms() throws {
        let definition = try app(
            #""ports":[10001],"portDefinitions":[{"port":10001,"protocol":"tcp","labels":{}}],"uris":["http://s/a"],"#
                + #""fetch":[{"uri":"http://s/a","extract":true,"executable":false,"cache":false}]"#)
        #expect(FieldDifference.between(definition, and: definition) == [])
    }

    @Test("the newer form of networks, port mappings and downloads is the same as the older one")
    func newerForm() throws {
        let running = try app(
            #""container":{"type":"DOCKER","docker":{"image":"nginx"},"volumes":[],"portMappings":[{"containerPort":80,"#
                + #""hostPort":0,"labels":{},"protocol":"tcp","servicePort":10001}]},"networks":[{"mode":"container/bridge"}],"#
                + #""fetch":[{"uri":"http://s/a","extract":true,"executable":false,"cache":false}]"#)
        let spec = try app(
            Self.image
                + #"","network":"BRIDGE","portMappings":[{"containerPort":80,"hostPort":0}]}},"uris":["http://s/a"]"#)
        #expect(FieldDifference.between(running, and: spec) == [])
        let host = try app(
            #""networks":[{"mode":"host"}],"portDefinitions":[{"port":10000,"name":"default","protocol":"tcp"}]"#)
        #expect(FieldDifference.between(host, and: try app("")) == [])
    }

    @Test("the number of instances stays where the spec does not name one")
    func instances() throws {
        let running = try app(#""instances":5"#)
        #expect(FieldDifference.between(running, and: try app("")) == [])
        let scaled = FieldDifference.between(running, and: try app(#""instances":0"#))
        #expect(scaled == [.init(path: "/instances", before: "5", after: "0")])
    }

    @Test("a field that only a newer Marathon shows is ignored; one that only the spec names is a difference")
    func unknownFields() throws {
        let running = try app(#""role":"*","enforceRole":false,"versionInfo":{"lastScalingAt":"x"},"tasksRunning":1"#)
        #expect(FieldDifference.between(running, and: try app("")) == [])
        let tty = FieldDifference.between(running, and: try app(#""tty":true"#))
        #expect(tty == [.init(path: "/tty", before: nil, after: "true")])
    }

    @Test("a list of another length is shown as a whole, without what Marathon filled in")
    func lengths() throws {
        let running = try app(
            #""healthChecks":[{"protocol":"HTTP","path":"/a","gracePeriodSeconds":300,"portIndex":0}]"#)
        let spec = try app(#""healthChecks":[{"path":"/a"},{"path":"/b"}]"#)
        let before = #"[{"path":"/a"}]"#
        let after = #"[{"path":"/a"},{"path":"/b"}]"#
        #expect(
            FieldDifference.between(running, and: spec) == [.init(path: "/healthChecks", before: before, after: after)])
    }

    @Test("in a list of another length, a port that Marathon assigned shows only where the spec names such ports")
    func assignedInLists() throws {
        let running = try app(
            Self.image
                + #"","portMappings":[{"containerPort":80,"hostPort":0,"servicePort":10003,"protocol":"tcp"}]}}"#)
        let spec = { (mappings: String) in try app(Self.image + #"","portMappings":\#(mappings)}}"#) }
        let pointer = "/container/docker/portMappings"
        let after = #"[{"containerPort":80},{"containerPort":81}]"#
        #expect(
            FieldDifference.between(running, and: try spec(after))
                == [.init(path: pointer, before: #"[{"containerPort":80}]"#, after: after)])
        let named = #"[{"containerPort":80,"servicePort":9000},{"containerPort":81}]"#
        #expect(
            FieldDifference.between(running, and: try spec(named))
                == [.init(path: pointer, before: #"[{"containerPort":80,"servicePort":10003}]"#, after: named)])
        let ports = FieldDifference.between(try app(#""ports":[10001,10002]"#), and: try app(#""ports":[9000]"#))
        #expect(ports == [.init(path: "/ports", before: "[10001,10002]", after: "[9000]")])
    }

    @Test("an added, a removed and a changed variable are named, their values are hidden")
    func environment() throws {
        let running = try app(#""env":{"A":"hunter1","B":"hunter2","SAME":"s"},"environment":"shown""#)
        let spec = try app(#""env":{"B":"hunter3","C":{"secret":"hunter4"},"SAME":"s"}"#)
        let differences = FieldDifference.between(running, and: spec)
        #expect(differences.map(\.path) == ["/env/A", "/env/B", "/env/C"])
        #expect(!"\(differences)".contains("hunter"))
        let first = FieldDifference.between(try app(""), and: spec)
        #expect(first.map(\.path) == ["/env/B", "/env/C", "/env/SAME"])
        #expect(!"\(first)".contains("hunter"))
    }

    @Test("variables in the parameters for Docker are hidden, too")
    func dockerParameters() throws {
        let parameters = #"[{"key":"env","value":"PASSWORD=hunter2"},{"key":"cap-add","value":"ALL"}]"#
        let spec = try app(Self.image + #"","parameters":\#(parameters)}}"#)
        for running in ["", Self.image + #""}}"#] {
            let text = "\(FieldDifference.between(try app(running), and: spec))"
            #expect(text.contains("PASSWORD=") && text.contains("ALL") && !text.contains("hunter"), "\(text)")
        }
    }

    @Test("a push that changes mem lists mem and nothing else")
    func onlyMemory() async throws {
        let definition = { @Sendable (mem: Int) in
            #"{"id":"web","cpus":0.1,"mem":\#(mem),"container":{"type":"DOCKER","docker":{"image":"nginx","#
                + #""network":"BRIDGE","portMappings":[{"containerPort":80,"hostPort":0}]}},"#
                + #""healthChecks":[{"protocol":"HTTP","path":"/","portIndex":0}],"env":{"A":"1"},"labels":{"team":"t"}}"#
        }
        try await withObserver { world in
            for mem in [32, 64] {
                let files: [String: String?] = ["dploy.app": Files.descriptor, "specs/web.json": definition(mem)]
                let commit = try await world.gitHub.push(files: files).after
                let changes = try await world.deployment(of: commit, in: .succeeded).changes
                guard mem == 64 else { continue }
                #expect(
                    changes == [
                        AppChange(
                            appID: "/web", kind: .updated, fields: [.init(path: "/mem", before: "32", after: "64")],
                            restarts: 1)
                    ])
            }
        }
    }

    private func app(_ members: String) throws -> JSONValue {
        try JSONDecoder().decode(
            JSONValue.self, from: Data("{\"id\":\"/web\"\(members.isEmpty ? "" : ",")\(members)}".utf8))
    }
}
