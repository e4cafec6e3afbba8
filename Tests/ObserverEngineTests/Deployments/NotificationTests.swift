import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Telling of failures")
struct NotificationTests {
    @Test("a failure and the recovery from it are posted, with a text for a chat; nothing else is")
    func failedAndRecovered() async throws {
        try await withSimulators { simulators in
            // Any server will do that remembers what it is sent.
            let receiver = simulators.mesosDNS
            receiver.inject(Fault(.post, "/chat", effect: .status(404)))
            let setup = ObserverSetup { $0.flags[.notify] = receiver.url + "/chat?key=hush" }
            try await withObserver(setup, in: simulators) { world in
                #expect(try await world.deploy(Files.helloWorld).stage == .succeeded)
                let bad = try await world.deploy(["specs/helloworld.json": "{"])
                let told = try await receiver.request { $0.request.path == "/chat" }
                #expect(told.json["event"] == "failed")
                #expect(told.json["commit"] == .string(bad.commit.description))
                #expect(
                    told.json["text"]?.string?.hasPrefix(
                        "mhausenblas/s4d dcos: the deployment of \(bad.commit.short), \"Change the specs\" failed. specs/"
                    )
                        == true)
                let good = try await world.deploy(["specs/helloworld.json": Files.app("helloworld", mem: 64)])
                let recovered = try await receiver.request(count: 2) { $0.request.path == "/chat" }
                #expect(recovered.json["event"] == "recovered")
                #expect(recovered.json["deployment"] == .integer(Int(good.id)))
                #expect(!world.log.contains("hush"))
                // It answers 404, which touches nothing.
                try await world.log.wait(for: "The receiver of -notify answers 404.")
            }
        }
    }

    @Test("a rollback of an operator is told, an interrupted or cancelled deployment is not")
    func others() throws {
        #expect(Notification(try ended(.succeeded, .rollback), before: nil)?.event == .rolledBack)
        for outcome in [Deployment.interruptedOutcome, Deployment.cancelledOutcome] {
            #expect(Notification(try ended(.failed, .delivery, outcome), before: nil) == nil)
        }
        #expect(Notification(try ended(.superseded, .delivery), before: nil) == nil)
        #expect(Notification(try ended(.succeeded, .delivery), before: try ended(.succeeded, .delivery)) == nil)
    }

    private func ended(
        _ stage: Deployment.Stage, _ trigger: Deployment.Trigger, _ outcome: String = "said"
    ) throws -> Deployment {
        Deployment(
            id: 1, request: try Sample.request(1, trigger: trigger), queuedAt: Sample.now, stage: stage,
            outcome: outcome)
    }
}
