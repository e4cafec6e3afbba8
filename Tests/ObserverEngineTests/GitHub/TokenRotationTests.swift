import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("A token that is revoked or replaced in the middle of a run")
struct TokenRotationTests {
    private static let fresh = GitHubSimulator.Token(
        value: "ghp_freshfreshfreshfreshfreshfreshfresh00", kind: GitHubSimulator.Token.standard.kind)

    @Test("deliveries are still taken, deployments wait, and a new token from the file is taken without a restart")
    func replaced() async throws {
        try await withTokenFile { setup, file in
            try await withObserver(setup) { world in
                let hook = try await world.gitHub.waitForHook()
                try await world.log.wait(for: "GitHub reaches us")
                world.gitHub.revokeToken(GitHubSimulator.Token.standard.value)
                let push = try await world.gitHub.push(files: Files.helloWorld)
                #expect(push.answer?.status == 202)
                try await world.log.wait(for: "Put a new one into \(file); it is taken up without a restart.")
                #expect(world.engine.status.engine.authentication == .refused)
                #expect(try await world.control().engine().problem?.contains("deployments wait") == true)
                #expect(world.marathon.requests(.put, "/v2/apps").isEmpty)

                world.gitHub.addToken(Self.fresh)
                try Data("\(Self.fresh.value)\n".utf8).write(to: URL(filePath: file))
                try await world.deployment(of: push.after, in: .succeeded)
                #expect(world.engine.status.engine.authentication == .granted)
                #expect(world.engine.status.engine.problem == nil)
                let rekeyed = try await world.gitHub.wait(for: "the new secret") { state in
                    state.hooks.first { $0.id == hook.id && $0.secret != hook.secret }
                }
                #expect(rekeyed.url == hook.url)
                let leak = "\(Self.fresh.value) and \(rekeyed.secret ?? "")"
                let second = try await world.gitHub.push([
                    NewCommit(leak, ["specs/helloworld.json": .text(Files.app("helloworld", mem: 64))])
                ])
                #expect(second.answer?.status == 202)
                let stored = try #require(try await world.engine.store.deliveries(limit: 1).first)
                #expect(stored.message?.contains(" and ") == true)
                #expect(stored.message?.contains("fresh") == false)
                #expect(stored.message?.contains(rekeyed.secret ?? "none") == false)
                #expect(!String(decoding: stored.body, as: UTF8.self).contains(Self.fresh.value))
                let written = world.log.all.joined() + world.transcript.all.joined()
                #expect(!written.contains(Self.fresh.value))
                #expect(!written.contains(rekeyed.secret ?? "none"))
            }
        }
    }

    @Test("what was signed with the former secret is taken until the first delivery signed with the new one")
    func formerSecret() async throws {
        let repository = RepositoryName(owner: "mhausenblas", name: "s4d")
        try await withTokenFile { setup, file in
            try await withObserver(setup) { world in
                try await world.log.wait(for: "GitHub reaches us")
                let former = world.configuration.hookSecret.value
                let new = HookSecret.derived(from: Secret(Self.fresh.value), repository: repository).value
                world.gitHub.addToken(Self.fresh)
                try Data(Self.fresh.value.utf8).write(to: URL(filePath: file))
                world.gitHub.revokeToken(GitHubSimulator.Token.standard.value)
                _ = try? await world.control().perform(.ping)
                try await world.gitHub.wait(for: "the new secret") { $0.hooks.first { $0.secret == new } }
                let body = Payload.push(branch: "other").text
                func answer(_ secret: String) async -> Int? {
                    await world.gitHub.deliver(
                        event: "push", body: Array(body.utf8), secret: secret, url: try? await world.hookURL()
                    ).answer?.status
                }
                // Nothing has been signed with the new one yet, or GitHub's own ping was: either is right.
                #expect([200, 401].contains(await answer(former)))
                #expect(await answer(new) == 200)
                #expect(await answer(former) == 401)
            }
        }
    }

    @Test("a single 401 of a proxy is no revocation")
    func hiccup() async throws {
        try await withObserver { world in
            try await world.log.wait(for: "GitHub reaches us")
            world.gitHub.inject(Fault(.get, "/repos/mhausenblas/s4d/branches/*", times: 1, effect: .status(401)))
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.deployment(of: push.after, in: .succeeded)
            #expect(world.engine.status.engine.authentication == .granted)
        }
    }

    private func withTokenFile(_ body: (ObserverSetup, String) async throws -> Void) async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let file = directory + "/token"
        try Data(GitHubSimulator.Token.standard.value.utf8).write(to: URL(filePath: file))
        var setup = ObserverSetup()
        setup.token = ""
        setup.flags[.patFile] = file
        try await body(setup, file)
    }
}
