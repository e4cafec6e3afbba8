import Foundation
import Simulators
import Testing

@testable import ObserverEngine

/// A file of tokens, and the tokens themselves.
private struct TokenScene {
    let path: String
    let reader = ControlToken.random()
    let deployer = ControlToken.random()
    let admin = ControlToken.random()

    init() throws {
        path = try temporaryDirectory() + "/tokens"
        for (name, role, secret) in [
            ("grafana", Operator.Role.read, reader), ("ci", .operate, deployer), ("alice", .admin, admin),
        ] {
            try TokenFile.add(ControlToken(name: name, role: role, token: secret), to: path)
        }
    }

    var setup: ObserverSetup {
        var setup = ObserverSetup()
        setup.flags[.tokens] = path
        return setup
    }

    func remove() { try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent) }
}

extension World {
    fileprivate func client(_ token: Secret) async throws -> ControlClient {
        ControlClient(http: .shared, url: try ServiceURL(try await url()), token: token)
    }
}

@Suite("Named tokens")
struct NamedTokenTests {
    @Test("the owner of a token is its name and its role")
    func owners() async throws {
        let scene = try TokenScene()
        defer { scene.remove() }
        try await withObserver(scene.setup) { world in
            let reader = try await world.client(scene.reader).whoami()
            #expect(reader == Operator(name: "grafana", role: .read, origin: "127.0.0.1"))
            #expect(try await world.client(scene.deployer).whoami().role == .operate)
            #expect(try await world.client(scene.admin).whoami().role == .admin)
        }
    }

    @Test("a token that reads may see everything and plan, and an action is denied with the reason")
    func reads() async throws {
        let scene = try TokenScene()
        defer { scene.remove() }
        try await withObserver(scene.setup) { world in
            let deployed = try await world.deploy()
            let reader = try await world.client(scene.reader)
            #expect(try await reader.deployments().map(\.id) == [deployed.id])
            #expect(try await reader.plan(PlanRequest()).changesAnything == false)
            #expect(try await world.send(.get, "/status", authorization: "Bearer \(scene.reader.value)").status == 200)
            let refusal = try await refusal { try await reader.perform(.pause()) }
            #expect(refusal?.status == 403)
            #expect(
                refusal?.description
                    == "Only the roles operate and admin may pause deployments; grafana has the role read.")
            #expect(!world.engine.status.engine.isPaused)
        }
    }

    @Test("a token that operates may deploy, but not remove the webhook")
    func operates() async throws {
        let scene = try TokenScene()
        defer { scene.remove() }
        try await withObserver(scene.setup) { world in
            let deployer = try await world.client(scene.deployer)
            try await deployer.perform(.pause())
            let hook = try #require(world.engine.status.hook.id)
            #expect(try await refusal { try await deployer.perform(.removeHook(id: hook)) }?.status == 403)
            #expect(world.gitHub.hooks().count == 1)
            let reset = try await world.send(
                .post, "/reset", authorization: "Bearer \(scene.deployer.value)")
            #expect(reset.status == 403)
            try await world.client(scene.admin).perform(.removeHook(id: hook))
            #expect(world.gitHub.hooks().isEmpty)
        }
    }

    @Test("a changed file is in effect at once: a new token opens, and neither a removed nor a broken one does")
    func reload() async throws {
        let scene = try TokenScene()
        defer { scene.remove() }
        try await withObserver(scene.setup) { world in
            let late = ControlToken.random()
            #expect(try await refusal { try await world.client(late).whoami() }?.status == 401)
            try TokenFile.add(ControlToken(name: "late", role: .read, token: late), to: scene.path)
            #expect(try await world.client(late).whoami().name == "late")
            let lines = try String(contentsOfFile: scene.path, encoding: .utf8).split(separator: "\n")
                .map { $0.hasPrefix("ci ") ? "ci nonsense" : String($0) }
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: scene.path))
            #expect(try await refusal { try await world.client(scene.deployer).whoami() }?.status == 401)
            #expect(try await world.client(scene.reader).whoami().name == "grafana")
            #expect(world.log.contains("\(scene.path):2: expected NAME ROLE sha256:DIGEST. The line is ignored."))
            try FileManager.default.removeItem(atPath: scene.path)
            #expect(try await refusal { try await world.client(scene.reader).whoami() }?.status == 401)
            #expect(world.log.contains("Only the admin token is accepted until the file is readable."))
        }
    }

    @Test("the event stream of a removed token ends")
    func endsStream() async throws {
        let scene = try TokenScene()
        defer { scene.remove() }
        try await withObserver(scene.setup) { world in
            let events = try await world.client(scene.reader).events()
            var iterator = events.makeAsyncIterator()
            _ = try await iterator.next()
            try Data().write(to: URL(filePath: scene.path))
            while try await iterator.next() != nil {}
        }
    }

    @Test("an observer with an unusable file does not start, and names the line")
    func unusable() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/tokens"
        let missing = #expect(throws: TokenFile.Unusable.self) {
            try ControlTokens(admin: nil, path: path, logger: .silent)
        }
        #expect(missing?.description == "Can't read the tokens in \(path): it does not exist.")
        try Data("# people\nalice boss sha256:00\n".utf8).write(to: URL(filePath: path))
        let invalid = #expect(throws: TokenFile.Unusable.self) {
            try ControlTokens(admin: nil, path: path, logger: .silent)
        }
        #expect(invalid?.description == "\(path):2: the role must be one of read, operate, admin.")
    }
}

@Suite("The file of tokens")
struct TokenLineTests {
    private static let zeros = String(repeating: "0", count: 64)

    @Test("a token survives its line, and only the token itself matches")
    func roundTrip() throws {
        let secret = ControlToken.random()
        let token = ControlToken(name: "alice", role: .operate, token: secret)
        let read = try ControlToken(line: token.line)
        #expect(read == token)
        #expect([read].matching(secret.value) == token)
        #expect([read].matching(secret.value + "x") == nil)
        #expect([read].matching("") == nil)
        #expect(!token.line.contains(secret.value))
    }

    @Test("two random tokens differ, are long, and need no quotes")
    func random() {
        let (one, other) = (ControlToken.random().value, ControlToken.random().value)
        #expect(one != other)
        #expect(one.wholeMatch(of: #/dploy_[A-Za-z0-9_-]{43}/#) != nil)
    }

    @Test(
        "an invalid line is skipped and named, and the others count",
        arguments: [
            ("alice", "expected NAME ROLE sha256:DIGEST"),
            ("alice read sha256:12", "the digest must be sha256: and 64 hexadecimal digits"),
            ("alice read \(zeros)", "the digest must be sha256: and 64 hexadecimal digits"),
            ("admin read sha256:\(zeros)", "the name is reserved for DPLOY_OBSERVER_ADMIN_TOKEN"),
            ("a/b read sha256:\(zeros)", "the name must have 1 to 64 letters, digits and characters of ._@-"),
            ("bob read sha256:\(String(repeating: "1", count: 64))", "the name bob is used twice"),
        ])
    func invalid(line: String, problem: String) {
        let bob = "bob read sha256:\(Self.zeros)"
        let content = TokenFile.content(of: "# tokens\n\n  \(bob)  # of the build\n\(line)", at: "/t")
        #expect(content.tokens.map(\.name) == ["bob"])
        #expect(content.problems == ["/t:4: \(problem)."])
    }

    @Test("adding keeps the lines, refuses a name twice, and creates the file for its owner only")
    func adding() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/tokens"
        let alice = ControlToken(name: "alice", role: .admin, token: ControlToken.random())
        try TokenFile.add(alice, to: path)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        try Data("# people\n\(alice.line)".utf8).write(to: URL(filePath: path))
        let bob = ControlToken(name: "bob", role: .read, token: ControlToken.random())
        try TokenFile.add(bob, to: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "# people\n\(alice.line)\n\(bob.line)\n")
        #expect(throws: TokenFile.Unusable.self) { try TokenFile.add(bob, to: path) }
        #expect(try TokenFile.read(path).tokens == [alice, bob])
    }
}

@Suite("Access to the metrics")
struct MetricsAccessTests {
    @Test("on the public port the metrics require a token, and one that reads is enough")
    func token() async throws {
        let scene = try TokenScene()
        defer { scene.remove() }
        try await withObserver(scene.setup) { world in
            #expect(try await world.send(.get, "/metrics").status == 401)
            let page = try await world.send(.get, "/metrics", authorization: "Bearer \(scene.reader.value)")
            #expect(page.status == 200)
            #expect(page.text.contains("dploy_observer_info"))
        }
    }

    @Test("without any token there are none on the public port, and the response explains the settings")
    func closed() async throws {
        try await withObserver { world in
            let response = try await world.send(.get, "/metrics")
            #expect(response.status == 404)
            #expect(response.json["error"]?.string?.contains("-metrics-listen") == true)
        }
    }

    @Test("their own address serves the metrics to anyone, and nothing else")
    func ownAddress() async throws {
        try await withObserver(.administered) { world in
            #expect(try await world.metrics().status == 200)
            for path in ["/status", "/healthz", "/v1/engine", "/dploy"] {
                let response = try await world.metrics(path, authorization: "Bearer \(ObserverSetup.adminToken)")
                #expect(response.status == 404, "\(path)")
            }
        }
    }
}
