import Foundation
import ObserverEngine
import Testing

@Suite("A clock that is set back")
struct SetBackClockTests {
    @Test("the order of rows is the order in which they came, and no duration is negative")
    func rows() async throws {
        try await withStore { store in
            for number in 0..<3 {
                let earlier = Sample.now - Double(number) * 86_400
                var deployment = try await store.enqueue(try Sample.request(number), at: earlier)
                deployment.externalIDs = ["one"]
                deployment.advance(to: .fetching, at: earlier + 60)
                deployment.finish(as: .succeeded, outcome: "done", at: earlier - 3600)
                try await store.save(deployment)
            }
            let commits = try await store.all().map(\.commit)
            #expect(try commits == (0..<3).map(Sample.commit))
            #expect(
                try await store.lastSucceeded(of: Sample.branch)?.commit == Sample.commit(2))
            #expect(try await store.all().allSatisfy { $0.duration(now: Sample.now) == .zero })
            #expect(try await store.expectedSeconds(of: Sample.branch) == 0)
        }
    }

    @Test("one that still runs has run no time")
    func running() async throws {
        try await withStore { store in
            let deployment = try await store.run(1, to: .waiting)
            #expect(deployment.duration(now: Sample.now - 10) == .zero)
        }
    }
}
