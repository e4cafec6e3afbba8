import Simulators
import Testing

@Suite("Simulated GitHub: deliveries in disorder")
struct DisorderTests {
    /// Pushes several commits, and returns the GUIDs in the order of the pushes and in that of their arrival.
    private func deliver(
        _ disorder: DeliveryDisorder, pushes: Int, arrivals: Int
    ) async throws -> (sent: [String], received: [String]) {
        try await withSimulators { world in
            let receiver = world.mesosDNS
            receiver.inject(Fault(.post, "/dploy", effect: .status(202)))
            world.gitHub.addHook(url: receiver.url + "/dploy")
            world.gitHub.setDisorder(disorder)
            var sent: [String] = []
            for number in 0..<pushes {
                let push = try await world.gitHub.push(files: ["a": "\(number)"])
                #expect(push.answer == nil)
                sent.append(push.guid)
            }
            try await receiver.request(.post, "/dploy", count: arrivals)
            let received = receiver.requests(.post, "/dploy").compactMap { request in
                request.headers["X-GitHub-Event"] == "push" ? request.headers["X-GitHub-Delivery"] : nil
            }
            return (sent, received)
        }
    }

    @Test("overtake each other")
    func reordered() async throws {
        let disorder = DeliveryDisorder(seed: 1, delay: .seconds(2) * Slowness.factor)
        // The first push creates the branch, which is not an event that the hook listens to.
        let (sent, received) = try await deliver(disorder, pushes: 6, arrivals: 6)
        #expect(Set(received) == Set(sent))
        #expect(received != sent)
    }

    @Test("arrive twice")
    func repeated() async throws {
        let disorder = DeliveryDisorder(seed: 1, delay: .zero, repeatedOneIn: 1)
        let (sent, received) = try await deliver(disorder, pushes: 2, arrivals: 4)
        #expect(sent.allSatisfy { guid in received.count { $0 == guid } == 2 })
    }

    @Test("never arrive, and are not listed")
    func lost() async throws {
        try await withSimulators { world in
            let receiver = world.mesosDNS
            receiver.inject(Fault(.post, "/dploy", effect: .status(202)))
            world.gitHub.addHook(url: receiver.url + "/dploy")
            world.gitHub.setDisorder(DeliveryDisorder(seed: 1, delay: .zero, lostOneIn: 1))
            try await world.gitHub.push(files: ["a": "1"])
            world.gitHub.setDisorder(nil)
            let second = try await world.gitHub.push(files: ["a": "2"])
            #expect(second.answer?.status == 202)
            #expect(world.gitHub.deliveries().map(\.guid) == [second.guid])
        }
    }

    @Test("concern only the events of checks, which then do not delay the check")
    func checks() async throws {
        try await withSimulators { world in
            let receiver = world.mesosDNS
            receiver.inject(Fault(.post, "/dploy", effect: .status(202)))
            world.gitHub.addHook(url: receiver.url + "/dploy", events: ["push", "check_suite", "status"])
            world.gitHub.setDisorder(
                DeliveryDisorder(seed: 1, of: DeliveryDisorder.checks, delay: .milliseconds(300), repeatedOneIn: 1))
            let push = try await world.gitHub.push(files: ["a": "1"])
            #expect(push.answer?.status == 202)
            await world.gitHub.completeCheck("e2e", of: push.after)
            await world.gitHub.report("success", "lint", of: push.after)
            try await receiver.request(.post, "/dploy", count: 5)
            let events = receiver.requests(.post, "/dploy").compactMap { $0.headers["X-GitHub-Event"] }
            #expect(events.first == "push")
            #expect(events.sorted() == ["check_suite", "check_suite", "push", "status", "status"])
        }
    }
}
