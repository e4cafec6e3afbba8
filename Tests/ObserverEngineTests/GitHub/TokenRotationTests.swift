import Foundation
import Simulators
import Testing

@testable import ObserverEngine

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
                #expect(stored.push?.message?.contains(" and ") == true)
                #expect(stored.push?.message?.contains("fresh") == false)
                #expect(stored.push?.message?.contains(rekeyed.secret ?? "none") == false)
                #expect(!String(decoding: stored.body, as: UTF8.self).contains(Self.fresh.value))
                let written = world.log.all.joined() + world.transcript.all.joined()
                #expect(!written.contains(Self.fresh.value))
                #expect(!written.contains(rekeyed.secret ?? "none"))
            }
        }
    }

    @Test("a file that can't hold a token is named, and not used", arguments: ["fresh\nformer", "fresh former", ""])
    func flawedFile(content: String) async throws {
        try await withTokenFile { setup, file in
            try await withObserver(setup) { world in
                try await world.log.wait(for: "GitHub reaches us")
                world.gitHub.revokeToken(GitHubSimulator.Token.standard.value)
                try Data(content.utf8).write(to: URL(filePath: file))
                let push = try await world.gitHub.push(files: Files.helloWorld)
                let line = try await world.log.wait(for: "Deliveries are still taken and stored")
                #expect(line.contains("The file \(file) \(content.isEmpty ? "is empty" : "holds blanks")"))
                #expect(!line.contains("former"))
                world.gitHub.addToken(Self.fresh)
                try Data(Self.fresh.value.utf8).write(to: URL(filePath: file))
                try await world.deployment(of: push.after, in: .succeeded)
            }
        }
    }

    @Test("two that meet a new token at once both find it")
    func race() async throws {
        try await withTokenFile { _, file in
            let old = Secret("old")
            let token = AccessToken(old, file: file)
            #expect(token.isRenewed(since: old))
            #expect(token.isRenewed(since: old))
            #expect(!token.isRenewed(since: token.current))
        }
    }

    @Test("a GitHub that does not let us change the hook's secret does not hold up what an operator wants")
    func unchangeable() async throws {
        try await withTokenFile { setup, file in
            try await withObserver(setup) { world in
                try await world.log.wait(for: "GitHub reaches us")
                let hook = try await world.gitHub.waitForHook()
                world.gitHub.inject(Fault(.patch, "/repos/mhausenblas/s4d/hooks/*", effect: .status(502)))
                world.gitHub.addToken(Self.fresh)
                try Data(Self.fresh.value.utf8).write(to: URL(filePath: file))
                world.gitHub.revokeToken(GitHubSimulator.Token.standard.value)
                #expect(try await world.control().perform(.ping).contains("GitHub reaches us"))
                try await world.gitHub.request(.patch, "/repos/mhausenblas/s4d/hooks/*")
                #expect(try await world.control().perform(.ping).contains("GitHub reaches us"))
                world.gitHub.clearFaults()
                try await world.gitHub.wait(for: "the new secret") { state in
                    state.hooks.first { $0.id == hook.id && $0.secret != hook.secret }
                }
            }
        }
    }

    @Test("where the webhook was removed, a new token is no reason to miss it")
    func withoutHook() async throws {
        try await withTokenFile { setup, file in
            try await withObserver(setup) { world in
                try await world.log.wait(for: "GitHub reaches us")
                let hook = try await world.gitHub.waitForHook()
                _ = try await world.control().perform(.removeHook(id: hook.id))
                world.gitHub.addToken(Self.fresh)
                try Data(Self.fresh.value.utf8).write(to: URL(filePath: file))
                world.gitHub.revokeToken(GitHubSimulator.Token.standard.value)
                let push = try await world.gitHub.push(files: Files.helloWorld)
                _ = try await world.control().perform(.deploy(commit: push.after, force: false))
                try await world.log.wait(for: "There is no webhook to give the new secret.")
                #expect(!world.log.contains("register it first"))
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
