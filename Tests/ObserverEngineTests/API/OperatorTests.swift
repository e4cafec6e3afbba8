import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Operators")
struct OperatorTests {
    @Test("a role includes the roles before it", arguments: Operator.Role.allCases)
    func roles(role: Operator.Role) {
        let someone = Operator(name: "ci", role: role, origin: "192.0.2.1")
        let permitted: Set<Operator.Role> =
            switch role {
            case .read: [.read]
            case .operate: [.read, .operate]
            case .admin: [.read, .operate, .admin]
            }
        for required in Operator.Role.allCases {
            #expect((someone.refusal(to: "deploy", requiring: required) == nil) == permitted.contains(required))
        }
    }

    @Test("a refusal names the operator, the action and both roles")
    func refusal() {
        let reader = Operator(name: "grafana", role: .read, origin: "192.0.2.1")
        #expect(
            reader.refusal(of: .deploy(commit: nil, force: false))
                == "Only the roles operate and admin may deploy; grafana has the role read.")
        let deployer = Operator(name: "ci", role: .operate, origin: "192.0.2.1")
        #expect(
            deployer.refusal(of: .removeHook(id: 7))
                == "Only the role admin may remove the webhook; ci has the role operate.")
    }

    @Test("the label shows who logged in, and a claim as a claim")
    func labels() {
        var root = Operator(name: "root", role: .admin, origin: Operator.socket)
        #expect(root.label == "root")
        root.claim = "alice"
        #expect(root.label == "root (claims to be alice)")
        root.login = "alice"
        #expect(root.label == "alice as root")
    }

    @Test("on the control socket the user of the process is the operator, and a claim counts only without a login")
    func socket() async throws {
        try await withObserver { world in
            let user = try await world.control().whoami()
            #expect(user.name == NSUserName())
            #expect(user.role == .admin)
            #expect(user.origin == Operator.socket)
            #expect(user.claim == nil)
            let path = try await world.engine.controlSocket.get() ?? ""
            let claiming = try await ControlClient(http: .shared, socket: path, sudoUser: "alice\n").whoami()
            let hasLogin = user.login != nil || Self.loginUser == getuid()
            #expect(claiming.claim == (hasLogin ? nil : #"alice\n"#))
        }
    }

    @Test("over TCP the owner of the admin token is admin, and its address is the origin")
    func adminToken() async throws {
        try await withObserver(.administered) { world in
            let admin = try await world.control(over: .tcp).whoami()
            #expect(admin == Operator(name: "admin", role: .admin, origin: "127.0.0.1"))
        }
    }

    @Test("a deployment shows the operator who requested it, and a retry or a restart of it too")
    func requestedBy() async throws {
        try await withObserver { world in
            let first = try await world.deploy()
            let second = try await world.deploy(mem: 64)
            let control = try await world.control()
            #expect(try await control.deployment(second.id).summary.requestedBy == nil)
            let answer = try await control.perform(.rollback(deployment: first.id, seenCurrent: nil))
            let id = try #require(answer.deployment)
            #expect(try await control.deployment(id).summary.requestedBy == world.user())
        }
    }

    private static var loginUser: uid_t? {
        (try? String(contentsOfFile: "/proc/self/loginuid", encoding: .utf8)).flatMap { uid_t($0) }
    }
}
