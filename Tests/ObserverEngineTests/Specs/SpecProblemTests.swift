import Testing

@Suite("Problems of specs")
struct SpecProblemTests {
    @Test(
        "a wrong field is named by file and place",
        arguments: [
            (#"{"cmd":"true"}"#, "specs/s.json: /id: is missing"),
            (#"{"id":"web"}"#, "specs/s.json: one of cmd, args or container is required"),
            (
                #"{"id":"web","containers":[{"name":"a","image":{"id":"nginx"}}],"scaling":{"instances":1}}"#,
                "specs/s.json: /containers: pods are not supported; define apps or groups of apps"
            ),
            (
                #"{"id":"shop","apps":[],"pods":[{"id":"web"}]}"#,
                "specs/s.json: /pods: pods are not supported; define apps or groups of apps"
            ),
            (#"{"id":"web","cmd":7}"#, "specs/s.json: /cmd: expected a string, found a number"),
            (#"{"id":7,"cmd":"true"}"#, "specs/s.json: /id: expected a string, found a number"),
            (app(#""instances":-1"#), "specs/s.json: /instances: must not be negative"),
            (app(#""instances":"2""#), "specs/s.json: /instances: expected a whole number, found a string"),
            (app(#""instances":1.5"#), "specs/s.json: /instances: expected a whole number, found 1.5"),
            (app(#""cpus":true"#), "specs/s.json: /cpus: expected a number, found true or false"),
            (app(#""mem":-0.5"#), "specs/s.json: /mem: must not be negative"),
            (app(#""labels":{"a/b":1}"#), "specs/s.json: /labels/a~1b: expected a string, found a number"),
            (app(#""labels":[]"#), "specs/s.json: /labels: expected an object, found a list"),
            (app(#""constraints":["a"]"#), "specs/s.json: /constraints/0: expected a list, found a string"),
            (
                app(#""container":{"docker":{"image":5}}"#),
                "specs/s.json: /container/docker/image: expected a string, found a number"
            ),
            (
                app(#""container":{"docker":{"portMappings":[{"containerPort":"80"}]}}"#),
                "specs/s.json: /container/docker/portMappings/0/containerPort: expected a whole number, found a string"
            ),
            (app(#""healthChecks":{}"#), "specs/s.json: /healthChecks: expected a list, found an object"),
            (app(#""requirePorts":"yes""#), "specs/s.json: /requirePorts: expected true or false, found a string"),
            (
                app(#""version":"2016-01-01T00:00:00.000Z""#),
                "specs/s.json: /version: remove it: 'version' can only be sent on its own"
            ),
            (
                #"{"id":"Web","cmd":"true"}"#,
                "specs/s.json: /id: 'Web' may only contain lower-case letters, digits, dashes and dots in each segment"
            ),
            (#"{"id":"","cmd":"true"}"#, "specs/s.json: /id: '' has an empty segment"),
            (#"{"id":"web/","cmd":"true"}"#, "specs/s.json: /id: 'web/' ends with a slash; remove it"),
            (app(#""env":{"PORT":80}"#), "specs/s.json: /env/PORT: expected a string or an object, found a number"),
            (
                app(#""env":{"A":"1","B":true}"#),
                "specs/s.json: /env/B: expected a string or an object, found true or false"
            ),
            (app(#""env":{"A/B":["x"]}"#), "specs/s.json: /env/A~1B: expected a string or an object, found a list"),
            (app(#""env":{"A":null}"#), "specs/s.json: /env/A: expected a string or an object, found null"),
            (#"[{"id":"web"}]"#, "specs/s.json: expected an app or a group, an object, found a list"),
            (#""web""#, "specs/s.json: expected an app or a group, an object, found a string"),
        ])
    func field(spec: String, expected: String) throws {
        #expect(try SpecTree(["s.json": spec]).problems() == [expected])
    }

    @Test(
        "ports, protocols and a second command that Marathon would reject are named",
        arguments: [
            (
                #""container":{"docker":{"portMappings":[{"containerPort":99999}]}}"#,
                "/container/docker/portMappings/0/containerPort: must be a port from 0 to 65535, found 99999"
            ),
            (#""ports":[0,65535,-1]"#, "/ports/2: must be a port from 0 to 65535, found -1"),
            (
                #""portDefinitions":[{"protocol":"UDP"},{"protocol":"udp,tcp"},{"protocol":"ftp"}]"#,
                "/portDefinitions/2/protocol: must be one of 'tcp', 'udp', 'udp,tcp', 'tcp,udp', found 'ftp'"
            ),
            (
                #""healthChecks":[{"protocol":"MESOS_HTTP"},{"protocol":"FTP"}]"#,
                "/healthChecks/1/protocol: must be one of 'HTTP', 'HTTPS', 'TCP', 'COMMAND', "
            ),
            (#""args":["sleep","1"]"#, "/args: remove cmd or args: Marathon accepts only one of them"),
        ])
    func rejected(field: String, expected: String) throws {
        let problems = try SpecTree(["s.json": app(field)]).problems()
        #expect(problems.count == 1 && problems.first?.hasPrefix("specs/s.json: \(expected)") == true, "\(problems)")
    }

    @Test(
        "a wrong field in a group is named too",
        arguments: [
            (#"{"apps":[]}"#, "specs/s.json: /id: is missing"),
            (
                #"{"id":"/","apps":[]}"#,
                "specs/s.json: /id: '/' is the root group; use a group of this repository, like '/shop'"
            ),
            (#"{"id":"/g/","apps":[]}"#, "specs/s.json: /id: '/g/' ends with a slash; remove it"),
            (#"{"id":"g","apps":{}}"#, "specs/s.json: /apps: expected a list, found an object"),
            (#"{"id":"g","apps":[7]}"#, "specs/s.json: /apps/0: expected an object, found a number"),
            (#"{"id":"g","groups":[7]}"#, "specs/s.json: /groups/0: expected a group, an object, found a number"),
            (
                #"{"id":"g","apps":[{"id":"a","cmd":1}]}"#,
                "specs/s.json: /apps/0/cmd: expected a string, found a number"
            ),
            (
                #"{"id":"g","groups":[{"id":"h","apps":[{"cmd":"true"}]}]}"#,
                "specs/s.json: /groups/0/apps/0/id: is missing"
            ),
            (
                #"{"id":"/g","apps":[{"id":"/other/a","cmd":"true"}]}"#,
                "specs/s.json: /apps/0/id: /other/a is not inside /g; use a relative id"
            ),
            (
                #"{"id":"g","apps":[{"id":"../a","cmd":"true"}]}"#,
                "specs/s.json: /apps/0/id: /a is not inside /g; use a relative id"
            ),
            (
                #"{"id":"g","dependencies":"db","apps":[]}"#,
                "specs/s.json: /dependencies: expected a list, found a string"
            ),
        ])
    func group(spec: String, expected: String) throws {
        #expect(try SpecTree(["s.json": spec]).problems() == [expected])
    }

    @Test("invalid JSON is reported with its line")
    func syntax() throws {
        let problems = try SpecTree(["s.json": "{\n  \"id\": \"web\",\n  \"cmd\": true false\n}"]).problems()
        #expect(problems.count == 1)
        #expect(problems[0].hasPrefix("specs/s.json: is not valid JSON: "))
        #expect(problems[0].contains("line 3"), "\(problems)")
    }

    @Test(
        "a trailing comma and a duplicate key are reported with their places",
        arguments: [
            (
                "{\"id\":\"a\",\n \"cmd\":\"true\",}",
                "is not valid JSON: line 2, column 15: expected a key in double quotes, found '}'"
            ),
            (
                "{\"id\":\"a\",\"cmd\":\"true\",\n\"uris\":[\"x\",\n]}",
                "is not valid JSON: line 3, column 1: expected a value, found ']}'"
            ),
            ("{\"id\":\"a\",\"cmd\":\"x\",\n  \"cmd\":\"y\"}", "line 2, column 3: duplicate key 'cmd'"),
            (
                "{\"id\":\"a\",\"cmd\":\"x\",\"env\":{\"A\":\"1\",\"\\u0041\":\"2\"}}",
                "line 1, column 36: duplicate key 'A'"
            ),
        ])
    func strict(spec: String, expected: String) throws {
        #expect(try SpecTree(["s.json": spec]).problems() == ["specs/s.json: \(expected)"])
    }

    @Test(
        "an app with the id of a group, or around another app, is reported with both files",
        arguments: [
            (
                #"{"id":"/good","apps":[]}"#,
                "specs/b.json: /id: the group /good has the same id as an app in specs/a.json"
            ),
            (
                #"{"id":"/good/sub","cmd":"true"}"#,
                "specs/b.json: /id: /good/sub can't be inside /good, which is an app in specs/a.json"
            ),
            (
                #"{"id":"/good/deep/sub","apps":[{"id":"x","cmd":"true"}]}"#,
                "specs/b.json: /id: /good/deep/sub can't be inside /good, which is an app in specs/a.json"
            ),
            (
                #"{"id":"/good","apps":[{"id":"x","cmd":"true"}]}"#,
                "specs/b.json: /id: the group /good has the same id as an app in specs/a.json"
            ),
        ])
    func conflicting(other: String, expected: String) throws {
        let app = #"{"id":"/good","cmd":"true"}"#
        #expect(try SpecTree(["a.json": app, "b.json": other]).problems() == [expected])
        let reversed = try SpecTree(["a.json": other, "b.json": app]).problems()
        #expect(reversed.count == 1)
        #expect(reversed.first?.contains("specs/a.json: /id:") == true)
        #expect(reversed.first?.contains("an app in specs/b.json") == true)
    }

    @Test("an empty file is reported as empty")
    func empty() throws {
        #expect(try SpecTree(["s.json": ""]).problems() == ["specs/s.json: is empty"])
    }

    @Test("a huge file is not read")
    func huge() throws {
        let spec = app(#""env":{"A":"\#(String(repeating: "a", count: 4 * 1024 * 1024))"}"#)
        #expect(try SpecTree(["s.json": spec]).problems() == ["specs/s.json: can't be read: it is larger than 4 MiB"])
    }

    @Test("excessive nesting does not crash")
    func deep() throws {
        let spec = String(repeating: "[", count: 100_000)
        #expect(try SpecTree(["s.json": spec]).problems().count == 1)
    }

    @Test("an app that is defined twice is reported with both files")
    func twice() throws {
        let problems = try SpecTree([
            "a.json": #"{"id":"/web","cmd":"true"}"#, "b.json": #"{"id":"web","cmd":"false"}"#,
        ]).problems()
        #expect(problems == ["specs/b.json: /id: /web is also defined in specs/a.json"])
    }
}

private func app(_ field: String) -> String { #"{"id":"web","cmd":"true",\#(field)}"# }
