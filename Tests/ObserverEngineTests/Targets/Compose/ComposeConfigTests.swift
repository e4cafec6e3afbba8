import Foundation
import Testing

@testable import ObserverEngine

@Suite("The configuration as the versions of Compose print it")
struct ComposeConfigTests {
    /// docker-compose 1.29.2
    private static let first = """
        services:
          db:
            image: db:1
            profiles:
            - debug
          web:
            build:
              context: ROOT/src
            command: &id001
            - sh
            - -c
            - echo $$HOME
            environment:
              PASSWORD: secret
            healthcheck:
              test: *id001
            volumes:
            - ROOT/conf:/conf:rw
            - named:/data:rw
        version: '3.4'
        volumes:
          named: {}

        """
    /// Docker Compose 2
    private static let second = """
        name: site
        services:
          web:
            build: {context: ROOT/src, dockerfile: Dockerfile}
            command: [sh, -c, "echo $$HOME"]
            deploy: {replicas: 3}
            environment: {PASSWORD: secret}
            volumes:
              - {type: bind, source: ROOT/conf, target: /conf, bind: {create_host_path: true}}
              - {type: volume, source: named, target: /data}
        """
    /// podman-compose 1.6
    private static let third = """
        services:
          web:
            build: {context: ./src}
            environment: [PASSWORD=secret]
            env_file: [web.env]
            volumes: [./conf:/conf]
        """

    private func services(
        in output: String, _ profiles: Set<String> = [], change: (String) throws -> Void = { _ in }
    ) throws -> [ComposeService] {
        let root = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (path, content) in ["src/Dockerfile": "FROM scratch", "conf/a": "1", "web.env": "A=1", "README": "1"] {
            let file = "\(root)/\(path)"
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(content.utf8).write(to: URL(filePath: file))
        }
        try change(root)
        let config = ComposeConfig(root: root, base: "", profiles: profiles, digests: try TreeDigests(root: root))
        return try config.services(in: output.replacing("ROOT", with: root))
    }

    @Test(
        "a service is the same wherever its tree is, and its environment is not readable",
        arguments: [first, second, third])
    func stable(output: String) throws {
        let web = try #require(try services(in: output).first)
        #expect(web == (try services(in: output).first))
        #expect(web.name == "web" && web.isBuilt)
        #expect(!web.definition.canonical.contains("secret"))
        #expect(web.mounted != nil && web.sources != nil)
    }

    @Test("files that a service mounts or is built from count, others do not", arguments: [first, second, third])
    func files(output: String) throws {
        let before = try #require(try services(in: output).first)
        let write = { (path: String) in
            { (root: String) in try Data("2".utf8).write(to: URL(filePath: "\(root)/\(path)")) }
        }
        #expect(try services(in: output, change: write("README")).first == before)
        let mounted = try #require(try services(in: output, change: write("conf/a")).first)
        #expect(mounted.fingerprint != before.fingerprint && mounted.sources == before.sources)
        let built = try #require(try services(in: output, change: write("src/Dockerfile")).first)
        #expect(built.fingerprint == before.fingerprint && built.sources != before.sources)
    }

    @Test("services of other profiles are left out")
    func profiles() throws {
        #expect(try services(in: Self.first).map(\.name) == ["web"])
        #expect(try services(in: Self.first, ["debug"]).map(\.name) == ["db", "web"])
    }

    @Test("the number of containers does not count in the fingerprint")
    func replicas() throws {
        let three = try #require(try services(in: Self.second).first)
        let two = try #require(try services(in: Self.second.replacing("replicas: 3", with: "replicas: 2")).first)
        #expect(three.replicas == 3 && two.replicas == 2)
        #expect(three.fingerprint == two.fingerprint)
    }

    @Test("aliases that expand without end are refused")
    func bomb() {
        let levels = (1...9).map {
            "b\($0): &b\($0) [\(Array(repeating: "*b\($0 - 1)", count: 9).joined(separator: ", "))]"
        }
        #expect(throws: YAMLDocument.Problem.tooLarge) {
            try YAMLDocument.value(of: "b0: &b0 [x]\n" + levels.joined(separator: "\n"))
        }
    }
}

@Suite("The behaviour of containers over time")
struct ContainerHistoryTests {
    private let web = ComposeService(name: "web", definition: .object(["image": .string("web:1")]))

    private func container(
        restarts: Int = 0, startedAt: String, status: String = "running", exitCode: Int = 0
    ) throws -> Container {
        let labels = "{\"\(ComposeLabel.service)\": \"web\", \"\(DployLabel.spec)\": \"\(web.fingerprint)\"}"
        let text = """
            {"Id": "1", "Name": "/web", "Image": "sha256:1", "RestartCount": \(restarts),
             "Config": {"Labels": \(labels)}, "State": {"Status": "\(status)", "StartedAt": "\(startedAt)", "ExitCode": \(exitCode)}}
            """
        return try #require(Container(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))))
    }

    @Test("a new container needs time to settle, one from before does not")
    func settling() throws {
        let now = ContinuousClock.now
        let running = try container(startedAt: "a")
        var new = ContainerHistory(before: [], limits: .init(), at: now)
        new.note([running], at: now)
        #expect(new.settled.isEmpty)
        new.note([running], at: now + .seconds(2))
        #expect(new.settled == ["1"])
        var old = ContainerHistory(before: [running], limits: .init(), at: now)
        old.note([running], at: now)
        #expect(old.settled == ["1"])
    }

    @Test("a container that is restarted again and again loops, one that recovers does not")
    func looping() throws {
        let now = ContinuousClock.now
        var history = ContainerHistory(before: [], limits: .init(), at: now)
        for second in 0...20 {
            history.note([try container(restarts: second, startedAt: "\(second)")], at: now + .seconds(second))
        }
        #expect(history.looping == ["1"] && history.restarts == ["1": 20])
        history.note([try container(restarts: 20, startedAt: "20")], at: now + .seconds(60))
        #expect(history.looping.isEmpty)
    }

    @Test("a container that runs again after a crash is reported with the status of the crash, if that was seen")
    func lastEnd() throws {
        let now = ContinuousClock.now
        let crashed = try container(restarts: 1, startedAt: "1", status: "restarting", exitCode: 3)
        let running = try (2...4).map { try container(restarts: $0, startedAt: "\($0)") }
        for (containers, ends) in [([crashed] + running, ", exited with status 3"), (running, "")] {
            var history = ContainerHistory(before: [], limits: .init(), at: now)
            var kinds: Set<String?> = []
            var readiness: ServiceReadiness?
            for (second, container) in containers.enumerated() {
                history.note([container], at: now + .seconds(second))
                readiness = ServiceReadiness(
                    web, containers: [container], settled: history.settled, restarts: history.restarts,
                    looping: history.looping, lastEnds: history.lastEnds)
                kinds.insert(readiness?.kind)
            }
            #expect(readiness?.reason == "restarted 4 times\(ends)")
            #expect(kinds == ["restarted once\(ends)"])
        }
    }

    @Test(
        "messages of engines and registries are recognized",
        arguments: [
            ("Cannot connect to the Docker daemon at unix:///var/run/docker.sock.", EngineComplaint.engine),
            ("dial unix /var/run/docker.sock: connect: permission denied", .permission),
            ("error during connect: Get \"http://engine:2375/v1.50/containers/json\": EOF", .engine),
            ("write /var/lib/docker/x: no space left on device", .disk),
            ("Get \"https://r/v2/\": net/http: TLS handshake timeout", .registry),
            ("manifest for web:9 not found: manifest unknown", nil), ("pull access denied for web", nil),
        ] as [(String, EngineComplaint?)])
    func complaints(text: String, expected: EngineComplaint?) {
        #expect(EngineComplaint(in: text) == expected)
    }
}
