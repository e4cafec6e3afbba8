import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("A token that is revoked or replaced at run time")
struct TokenRotationTests {
    private static let singleSignOnPage = "https://github.com/orgs/acme/sso"
    private static let fresh = GitHubSimulator.Token(
        value: "ghp_freshfreshfreshfreshfreshfreshfresh00", kind: GitHubSimulator.Token.standard.kind)

    @Test("deliveries are still accepted, deployments wait, and a new token from the file is loaded without a restart")
    func replaced() async throws {
        try await withTokenFile { setup, file in
            try await withObserver(setup) { world in
                let hook = try await world.gitHub.waitForHook()
                try await world.log.wait(for: "Ping received: GitHub can reach")
                world.gitHub.revokeToken(GitHubSimulator.Token.standard.value)
                let push = try await world.gitHub.push(files: Files.helloWorld)
                #expect(push.answer?.status == 202)
                try await world.log.wait(for: "Write a new token to \(file); it is loaded without a restart.")
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

    @Test("a token that is no longer authorized for single sign-on is shown as refused until it is")
    func singleSignOn() async throws {
        try await withObserver { world in
            try await world.log.wait(for: "Ping received: GitHub can reach")
            let token = GitHubSimulator.Token.standard.value
            world.gitHub.require(.init(at: Self.singleSignOnPage), of: token)
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.engine { $0.authentication == .refused }
            let engine = try await world.control().engine()
            #expect(engine.problem?.contains(Self.singleSignOnPage) == true, "\(engine.problem ?? "")")
            #expect(engine.gitHub.condition == .refusing)
            world.gitHub.require(nil, of: token)
            try await world.deployment(of: push.after, in: .succeeded)
            #expect(world.engine.status.engine.authentication == .granted)
        }
    }

    @Test("a token is also shown as refused if GitHub requires single sign-on amid a deployment", arguments: [1, 3])
    func lateSingleSignOn(lateness: Int) async throws {
        try await withObserver { world in
            try await world.log.wait(for: "Ping received: GitHub can reach")
            let token = GitHubSimulator.Token.standard.value
            world.gitHub.require(.init(at: Self.singleSignOnPage, lateness: lateness), of: token)
            let push = try await world.gitHub.push(files: Files.helloWorld)
            let engine = try await world.engine { $0.authentication == .refused }
            #expect(engine.problem?.contains(Self.singleSignOnPage) == true, "\(engine.problem ?? "")")
            world.gitHub.require(nil, of: token)
            try await world.deployment(of: push.after, in: .succeeded)
            try await world.engine { $0.authentication == .granted }
        }
    }

    @Test("a token that is no longer authorized for single sign-on can be replaced in its file without a restart")
    func replacedForSingleSignOn() async throws {
        try await withTokenFile { setup, file in
            try await withObserver(setup) { world in
                try await world.log.wait(for: "Ping received: GitHub can reach")
                world.gitHub.require(
                    .init(at: Self.singleSignOnPage), of: GitHubSimulator.Token.standard.value)
                let push = try await world.gitHub.push(files: Files.helloWorld)
                try await world.engine { $0.authentication == .refused }
                world.gitHub.addToken(Self.fresh)
                try Data("\(Self.fresh.value)\n".utf8).write(to: URL(filePath: file))
                try await world.deployment(of: push.after, in: .succeeded)
            }
        }
    }

    @Test(
        "a file that can't hold a token is named, and not used",
        arguments: [
            ("fresh\nprevious", "contains a line break"), ("fresh previous", "contains whitespace"), ("", "is empty"),
        ])
    func flawedFile(content: String, flaw: String) async throws {
        try await withTokenFile { setup, file in
            try await withObserver(setup) { world in
                try await world.log.wait(for: "Ping received: GitHub can reach")
                world.gitHub.revokeToken(GitHubSimulator.Token.standard.value)
                try Data(content.utf8).write(to: URL(filePath: file))
                let push = try await world.gitHub.push(files: Files.helloWorld)
                let line = try await world.log.wait(for: "Deliveries are still accepted and stored")
                #expect(line.contains("The file \(file) \(flaw)"))
                #expect(!line.contains("previous"))
                world.gitHub.addToken(Self.fresh)
                try Data(Self.fresh.value.utf8).write(to: URL(filePath: file))
                try await world.deployment(of: push.after, in: .succeeded)
            }
        }
    }

    @Test("two concurrent requests both find a new token")
    func race() async throws {
        try await withTokenFile { _, file in
            let old = Secret("old")
            let token = AccessToken(old, file: file)
            #expect(await token.isRenewed(since: old))
            #expect(await token.isRenewed(since: old))
            #expect(await !token.isRenewed(since: token.current))
        }
    }

    @Test("a file that is still being written is read once it is complete")
    func halfWritten() async throws {
        try await withTokenFile { _, file in
            let changes = Lines()
            let token = AccessToken(Secret("old"), file: file) { _ in
            } didChange: {
                changes.append($0.value)
            }
            try Data(Self.fresh.value.prefix(10).utf8).write(to: URL(filePath: file))
            async let isRenewed = token.isRenewed(since: Secret("old"))
            try await Task.sleep(for: .milliseconds(20))
            try Data(Self.fresh.value.utf8).write(to: URL(filePath: file))
            #expect(await isRenewed)
            #expect(changes.all == [Self.fresh.value])
        }
    }

    @Test("while GitHub does not accept the new secret, operators' requests are still served")
    func unchangeable() async throws {
        try await withTokenFile { setup, file in
            try await withObserver(setup) { world in
                try await world.log.wait(for: "Ping received: GitHub can reach")
                let hook = try await world.gitHub.waitForHook()
                world.gitHub.inject(Fault(.patch, "/repos/mhausenblas/s4d/hooks/*", effect: .status(502)))
                world.gitHub.addToken(Self.fresh)
                try Data(Self.fresh.value.utf8).write(to: URL(filePath: file))
                world.gitHub.revokeToken(GitHubSimulator.Token.standard.value)
                #expect(try await world.control().perform(.ping).result.contains("Ping received: GitHub can reach"))
                try await world.gitHub.request(.patch, "/repos/mhausenblas/s4d/hooks/*")
                #expect(try await world.control().perform(.ping).result.contains("Ping received: GitHub can reach"))
                world.gitHub.clearFaults()
                try await world.gitHub.wait(for: "the new secret") { state in
                    state.hooks.first { $0.id == hook.id && $0.secret != hook.secret }
                }
            }
        }
    }

    @Test("after the webhook was removed, a new token changes nothing")
    func withoutHook() async throws {
        try await withTokenFile { setup, file in
            try await withObserver(setup) { world in
                try await world.log.wait(for: "Ping received: GitHub can reach")
                let hook = try await world.gitHub.waitForHook()
                _ = try await world.control().perform(.removeHook(id: hook.id))
                world.gitHub.addToken(Self.fresh)
                try Data(Self.fresh.value.utf8).write(to: URL(filePath: file))
                world.gitHub.revokeToken(GitHubSimulator.Token.standard.value)
                let push = try await world.gitHub.push(files: Files.helloWorld)
                _ = try await world.control().perform(.deploy(commit: push.after, force: false))
                try await world.log.wait(for: "No webhook registered; nothing to update.")
                #expect(!world.log.contains("register it first"))
            }
        }
    }

    @Test("the previous secret is valid until the first delivery that is signed with the new one")
    func previousSecret() async throws {
        let repository = RepositoryName(owner: "mhausenblas", name: "s4d")
        try await withTokenFile { setup, file in
            try await withObserver(setup) { world in
                try await world.log.wait(for: "Ping received: GitHub can reach")
                let previous = world.configuration.hookSecret.value
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
                // A ping may have been signed with the new one already, so both are right.
                #expect([200, 401].contains(await answer(previous)))
                #expect(await answer(new) == 200)
                #expect(await answer(previous) == 401)
            }
        }
    }

    @Test("a single 401 from a proxy is not a revocation")
    func hiccup() async throws {
        try await withObserver { world in
            try await world.log.wait(for: "Ping received: GitHub can reach")
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
