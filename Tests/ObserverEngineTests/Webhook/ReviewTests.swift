import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("The webhook is repaired")
struct ReviewTests {
    struct Harm: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The reason in the log.
        let repair: String
        let harm: @Sendable (inout GitHubSimulator.Hook) -> Void

        init(_ description: String, _ repair: String, _ harm: @escaping @Sendable (inout GitHubSimulator.Hook) -> Void)
        {
            (testDescription, self.repair, self.harm) = (description, repair, harm)
        }
    }

    @Test(
        "a change on GitHub is repaired in place, and logged",
        arguments: [
            Harm("deactivated", "it is not active") { $0.isActive = false },
            Harm("other url", "its URL is http://elsewhere.test/dploy") { $0.url = "http://elsewhere.test/dploy" },
            Harm("form", "its content type is form") { $0.contentType = "form" },
            Harm("all events", "its events are *") { $0.events = ["*"] },
            Harm("without verification", "it does not verify certificates") { $0.insecureSSL = "1" },
            Harm("unsigned", "it has no secret") { $0.secret = nil },
        ])
    func repaired(harm: Harm) async throws {
        try await withObserver(.reviewing) { world in
            let before = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            world.gitHub.editHook(before.id, harm.harm)
            try await world.log.wait(for: "Updating webhook \(before.id): \(harm.repair)")
            let after = try await world.gitHub.wait(for: "the hook to be as it was") { state in
                state.hooks.first {
                    $0.id == before.id && $0.isActive && $0.url == before.url && $0.contentType == "json"
                        && $0.events == ["push"] && $0.insecureSSL == "0" && $0.secret == before.secret
                }
            }
            #expect(after.id == before.id)
            #expect(world.gitHub.hooks().count == 1)
            try await world.log.wait(for: "Webhook \(before.id) was repaired.")
            let metrics = try await world.metrics().text
            #expect(metrics.contains(#/dploy_observer_hook_repairs_total\{.*\} 1\n/#))
        }
    }

    @Test("the response to an update is not needed", arguments: ["", "{}", "[]"])
    func emptyAnswer(body: String) async throws {
        try await withObserver(.reviewing) { world in
            let hook = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            world.gitHub.inject(Fault(.patch, "/repos/mhausenblas/s4d/hooks/*", effect: .body(body)))
            world.gitHub.editHook(hook.id) { $0.isActive = false }
            try await world.log.wait(for: "Webhook \(hook.id) was repaired.")
        }
    }

    @Test("a review that failed is repeated long before the next one is due")
    func repeatedReview() async throws {
        var setup = ObserverSetup()
        setup.waitsForHook = false
        setup.flags[.review] = "3600"
        try await withSimulators { simulators in
            simulators.gitHub.inject(Fault(.get, "/repos/mhausenblas/s4d/hooks", effect: .status(404)))
            try await withObserver(setup, in: simulators) { world in
                try await world.hook { hook in
                    hook.registration == .failed && hook.nextReviewAt.map { $0.timeIntervalSinceNow < 31 } ?? false
                }
            }
        }
    }

    @Test("drift that GitHub does not let the observer repair is shown until it does")
    func drift() async throws {
        try await withObserver(.reviewing) { world in
            let hook = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            world.gitHub.inject(Fault(.patch, "/repos/mhausenblas/s4d/hooks/*", effect: .status(404)))
            world.gitHub.editHook(hook.id) { $0.isActive = false }
            try await world.log.wait(for: "GitHub returned 404 for the webhooks")
            let broken = try await world.control().hook()
            #expect(broken.registration == .failed && broken.drift == ["it is not active"])
            world.gitHub.clearFaults()
            try await world.log.wait(for: "Webhook \(hook.id) was repaired.")
            let repaired = try await world.control().hook()
            #expect(repaired.registration == .registered && repaired.drift.isEmpty && repaired.problem == nil)
        }
    }

    @Test("a ping to a webhook that was deleted reports that, and registers it again")
    func pingOfDeleted() async throws {
        try await withObserver { world in
            let before = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            world.gitHub.deleteHook(before.id)
            let control = try await world.control()
            let refused = try await refusal { try await control.perform(.ping) }
            #expect(refused?.status == 409)
            #expect(
                refused?.description == "Webhook \(before.id) is gone from GitHub; it is being registered again.",
                "\(refused?.description ?? "")")
            _ = try await world.gitHub.wait(for: "another hook") { $0.hooks.first { $0.id != before.id } }
        }
    }

    @Test("a webhook that was deleted is registered again")
    func deleted() async throws {
        try await withObserver(.reviewing) { world in
            let before = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            world.gitHub.deleteHook(before.id)
            let after = try await world.gitHub.wait(for: "another hook") { $0.hooks.first { $0.id != before.id } }
            #expect(after.url == before.url)
            try await world.log.wait(for: "Registering the webhook again: webhook \(before.id) is gone")
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.deployment(of: push.after, in: .succeeded)
        }
    }

    @Test("a changed secret is detected when polling finds a push, and repaired without waiting for a review")
    func otherSecret() async throws {
        try await withObserver(ObserverSetup { $0.flags[.poll] = "1" }) { world in
            let before = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            world.gitHub.editHook(before.id) { $0.secret = "another" }
            let lost = try await world.gitHub.push(files: Files.helloWorld)
            #expect(lost.answer?.status == 401)
            try await world.log.wait(for: "Webhook \(before.id) has a different secret; setting it again")
            try await world.gitHub.wait(for: "the secret") { state in
                state.hooks.first { $0.secret == before.secret }
            }
            let push = try await world.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            #expect(push.answer?.status == 202)
            try await world.log.wait(for: "Webhook \(before.id) is up to date.")
            let metrics = try await world.metrics().text
            #expect(metrics.contains(#/dploy_observer_hook_repairs_total\{.*\} 1\n/#))
        }
    }

    @Test("what others send without a valid signature causes no request to GitHub")
    func forged() async throws {
        try await withObserver { world in
            let hook = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            // The deliveries that were missed are read after the ping.
            try await world.gitHub.request(.get, "/repos/mhausenblas/s4d/hooks/\(hook.id)/deliveries", count: 2)
            let before = world.gitHub.requests().count
            for _ in 1...50 {
                await world.gitHub.deliver(event: "push", body: Array("{}".utf8), secret: "guessed")
                await world.gitHub.deliver(event: "ping", body: Array("{}".utf8))
            }
            // Longer than a signal takes.
            try await Task.sleep(for: .milliseconds(300))
            #expect(world.gitHub.requests().count == before)
            #expect(world.engine.status.hook.problem == nil)
        }
    }

    @Test("a webhook that an operator removed is not registered by a review")
    func removed() async throws {
        try await withObserver(.reviewing) { world in
            let hook = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            _ = try await world.control().perform(.removeHook(id: hook.id))
            try await world.log.wait(for: "not reviewing it")
            #expect(world.gitHub.hooks().isEmpty)
        }
    }

    @Test("a new host port is followed")
    func moved() async throws {
        var setup = ObserverSetup.reviewing
        setup.waitsForHook = false
        try await withObserver(setup) { world in
            let before = try await world.gitHub.waitForHook()
            world.mesosDNS.set(
                service: "_dploy-observer._tcp.marathon.mesos.",
                to: [.init(host: "dploy-observer.marathon.mesos.", ip: "10.0.0.1", port: 31999)])
            let after = try await world.gitHub.wait(for: "the new port") { state in
                state.hooks.first { $0.url == "http://127.0.0.1:31999/dploy" }
            }
            #expect(after.id == before.id)
        }
    }
}

extension ObserverSetup {
    /// Reviews the webhook every second.
    fileprivate static var reviewing: ObserverSetup { ObserverSetup { $0.flags[.review] = "1" } }
}
