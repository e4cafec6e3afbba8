import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Secrets never leave the observer")
struct SecretLeakTests {
    private static let password = #"pass "word\of"marathon"#
    private static let user = "dploy"

    private var setup: ObserverSetup {
        var setup = ObserverSetup()
        setup.environment = ["DPLOY_MARATHON_USER": Self.user, "DPLOY_MARATHON_PASSWORD": Self.password]
        setup.simulators.marathon.authentication = .basic(user: Self.user, password: Self.password)
        return setup
    }

    /// The token, the derived secret and both Authorization values.
    private static func secrets(of configuration: Configuration) -> [String] {
        let basic = Data("\(user):\(password)".utf8).base64EncodedString()
        return [configuration.gitHub.accessToken.value, configuration.hookSecret.value, password, basic]
    }

    private static func expectNone(of secrets: [String], in text: String, _ place: String) {
        for secret in secrets {
            #expect(!text.contains(secret), "\(place) shows a secret that begins with \(secret.prefix(4))")
            let json = JSON.string(secret).text.dropFirst().dropLast()
            #expect(!text.contains(json), "\(place) shows an escaped secret that begins with \(secret.prefix(4))")
        }
    }

    @Test("a successful push, a failed push and forged deliveries at log level debug")
    func run() async throws {
        var setup = setup
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        setup.stateDirectory = directory
        let secrets = try await withObserver(setup) { world in
            let secrets = Self.secrets(of: world.configuration)
            let good = try await world.gitHub.push(files: Files.helloWorld, message: "Say hello")
            try await world.deployment(of: good.after, in: .succeeded)
            // Errors of a spec quote it.
            let leak = secrets.joined(separator: " ")
            let labels = #","labels":{"leak":\#(JSON.string(leak).text)}"#
            let changing = try await world.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", extra: labels)])
            let changed = try await world.deployment(of: changing.after, in: .succeeded)
            let fields = changed.changes.flatMap(\.fields).map { "\($0.before ?? "") \($0.after ?? "")" }.joined()
            #expect(fields.contains("********"))
            Self.expectNone(of: secrets, in: fields, "what has changed")
            let bad = try await world.gitHub.push(
                files: ["specs/bad.json": JSON.object(["id": .string(leak), "cmd": "sleep 1"]).text],
                message: "Leak \(leak)")
            let failed = try await world.deployment(of: bad.after, in: .failed)
            Self.expectNone(of: secrets, in: failed.outcome ?? "", "the outcome")
            await world.gitHub.deliver(event: "push", body: Array(leak.utf8), secret: "another")
            await world.gitHub.deliver(event: "push", body: Array(leak.utf8), headers: ["Authorization": "Bearer x"])
            for path in ["/status", "/metrics", "/healthz", "/dploy", "/nowhere"] {
                let answer = try await world.send(.get, path)
                Self.expectNone(of: secrets, in: answer.text, path)
            }
            Self.expectNone(of: secrets, in: try await world.metrics().text, "the metrics")
            Self.expectNone(of: secrets, in: world.log.all.joined(separator: "\n"), "the log")
            Self.expectNone(of: secrets, in: world.transcript.all.joined(separator: "\n"), "the transcript")
            #expect(world.gitHub.violations() == [])
            return secrets
        }
        let bytes = try FileManager.default.contentsOfDirectory(atPath: directory)
            .compactMap { FileManager.default.contents(atPath: "\(directory)/\($0)") }.reduce(Data(), +)
        #expect(bytes.count > 4096)
        for secret in secrets {
            #expect(bytes.range(of: Data(secret.utf8)) == nil, "the database holds a secret: \(secret.prefix(4))")
        }
    }

    @Test("a rejected token is in neither the error nor the log")
    func refused() async throws {
        var setup = setup
        setup.token = "ghp_unknownunknownunknownunknownunknown1"
        let log = Lines()
        setup.log = log
        let refused = setup
        let error = await #expect(throws: Authentication.Refused.self) {
            try await withObserver(refused) { _ in }
        }
        #expect(error?.description.contains("401") == true)
        #expect(error?.description.contains("ghp_") == false)
        #expect(!log.contains("unknownunknown"))
        #expect(log.contains("g**************************************1"))
    }
}
