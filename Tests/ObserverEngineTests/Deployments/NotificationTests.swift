import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Notifications")
struct NotificationTests {
    @Test("a failure and the recovery from it are posted, with a message for a chat; nothing else is")
    func failedAndRecovered() async throws {
        try await withSimulators { simulators in
            // Any server that records its requests will do.
            let receiver = simulators.mesosDNS
            receiver.inject(Fault(.post, "/chat", effect: .status(404, body: "no_service")))
            let setup = ObserverSetup { $0.flags[.notify] = receiver.url + "/chat?key=hush" }
            try await withObserver(setup, in: simulators) { world in
                #expect(try await world.deploy(Files.helloWorld).stage == .succeeded)
                let bad = try await world.deploy(["specs/helloworld.json": "{"])
                let failed = try await receiver.request { $0.request.path == "/chat" }
                #expect(failed.json["event"] == "failed")
                #expect(failed.json["commit"] == .string(bad.commit.description))
                #expect(
                    failed.json["text"]?.string?.hasPrefix(
                        "mhausenblas/s4d dcos: deployment of \(bad.commit.short) (\"Change the specs\") failed. specs/"
                    )
                        == true)
                let good = try await world.deploy(["specs/helloworld.json": Files.app("helloworld", mem: 64)])
                let recovered = try await receiver.request(count: 2) { $0.request.path == "/chat" }
                #expect(recovered.json["event"] == "recovered")
                #expect(recovered.json["deployment"] == .integer(Int(good.id)))
                #expect(!world.log.contains("hush"))
                // A 404 has no further effect.
                try await world.log.wait(for: "Could not send notification: the receiver returned 404 (no_service).")
            }
        }
    }

    @Test("one that the receiver can't take now is posted again", arguments: [429, 503])
    func repeated(status: Int) async throws {
        try await withSimulators { simulators in
            let receiver = simulators.mesosDNS
            receiver.inject(Fault(.post, "/chat", times: 1, effect: .status(status, headers: ["Retry-After": "1"])))
            receiver.inject(Fault(.post, "/chat", effect: .status(200)))
            let setup = ObserverSetup { $0.flags[.notify] = receiver.url + "/chat" }
            try await withObserver(setup, in: simulators) { world in
                let bad = try await world.deploy(["dploy.app": Files.descriptor, "specs/helloworld.json": "{"])
                let second = try await receiver.request(count: 2) { $0.request.path == "/chat" }
                #expect(second.json["deployment"] == .integer(Int(bad.id)))
            }
        }
    }

    @Test("characters with a meaning in a chat are escaped in the text, and only there")
    func markup() throws {
        var request = try Sample.request(1)
        request.commit.message = "<!channel> & <https://x|y>"
        let failed = Deployment(
            id: 1, request: request, queuedAt: Sample.now, stage: .failed, outcome: "/a & /b <failed>")
        let notification = try #require(Notification(failed, before: nil))
        #expect(
            notification.text.contains(
                "(\"&lt;!channel&gt; &amp; &lt;https://x|y&gt;\") failed. /a &amp; /b &lt;failed&gt;"))
        #expect(notification.outcome == "/a & /b <failed>")
    }

    @Test("a rollback by an operator is posted, an interrupted or cancelled deployment is not")
    func others() throws {
        #expect(Notification(try ended(.succeeded, .rollback), before: nil)?.event == .rolledBack)
        for stage in [Deployment.Stage.interrupted, .cancelled, .superseded] {
            #expect(Notification(try ended(stage, .delivery), before: nil) == nil)
        }
        #expect(Notification(try ended(.succeeded, .delivery), before: try ended(.succeeded, .delivery)) == nil)
    }

    @Test("a rollback names its operator and their reason, and the observer's own names neither")
    func rollbackReason() throws {
        var request = try Sample.request(1, trigger: .rollback)
        func notification() throws -> ObserverEngine.Notification {
            try #require(
                Notification(
                    Deployment(id: 1, request: request, queuedAt: Sample.now, stage: .succeeded, outcome: "done"),
                    before: nil))
        }
        let own = try notification()
        #expect(own.text.contains(" succeeded (rollback): done"))
        #expect((own.requestedBy, own.reason) == (nil, nil))
        (request.requestedBy, request.reason) = ("ann", "slow <queries>\nsince noon")
        let byAnn = try notification()
        #expect(byAnn.text.contains(" succeeded (rollback by ann: slow &lt;queries&gt; …): done"))
        let failed = Deployment(id: 1, request: request, queuedAt: Sample.now, stage: .failed, outcome: "/a failed.")
        let failure = ObserverEngine.Notification(failed, before: nil)
        #expect(failure?.text.contains(" failed (rollback by ann: slow &lt;queries&gt; …). /a failed.") == true)
        let sent = String(decoding: try JSONFormat.encoder.encode(byAnn), as: UTF8.self)
        #expect(sent.contains(#""requestedBy":"ann""#) && sent.contains(#""reason":"slow "#), "\(sent)")
        let ownSent = String(decoding: try JSONFormat.encoder.encode(own), as: UTF8.self)
        #expect(!ownSent.contains("requestedBy") && !ownSent.contains("reason"), "\(ownSent)")
        #expect(byAnn.requestedBy == "ann")
        #expect(byAnn.reason == "slow <queries>\nsince noon")
    }

    @Test("a success is posted after the checks of the same deployment had failed, which was posted, too")
    func checksPassLater() throws {
        var deployment = Deployment(id: 1, request: try Sample.request(1), queuedAt: Sample.now)
        deployment.fail(outcome: "Check e2e failed.", because: .failed, at: Sample.now)
        #expect(Notification(deployment, before: nil)?.event == .failed)
        deployment.reopen()
        deployment.advance(to: .fetching, at: Sample.now)
        deployment.finish(as: .succeeded, outcome: "done", at: Sample.now)
        #expect(Notification(deployment, before: nil)?.event == .recovered)
    }

    private func ended(
        _ stage: Deployment.Stage, _ trigger: Deployment.Trigger
    ) throws -> Deployment {
        Deployment(
            id: 1, request: try Sample.request(1, trigger: trigger), queuedAt: Sample.now, stage: stage,
            outcome: "an outcome")
    }
}
