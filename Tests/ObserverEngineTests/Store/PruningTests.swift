import Foundation
import GRDB
import ObserverEngine
import Simulators
import Synchronization
import Testing

@Suite("Pruning")
struct PruningTests {
    @Test("old entries are deleted, except the newest deliveries and deployments")
    func byAge() async throws {
        try await withStore { store in
            for number in 0..<130 { _ = try await store.record(Sample.delivery("\(number)")) }
            for number in 0..<30 {
                _ = try await store.run(number, to: .succeeded)
            }
            _ = try await store.enqueue(try Sample.request(30))
            #expect(try await store.prune(before: Sample.now, keeping: .max) == 0)
            #expect(try await store.prune(before: Sample.now + 1, keeping: .max) == 30 + 11)
            // A wrong clock must not delete everything.
            #expect(try await store.deliveryCount() == 100)
            #expect(try await store.deliveries(limit: 1).first?.key.guid == "129")
            let left = try await store.all()
            #expect(left.count == 20)
            #expect(left.last?.stage == .queued)
        }
    }

    @Test("the last success of a branch and the one of another commit before it stay, however many failed since")
    func lastSuccesses() async throws {
        try await withStore { store in
            for number in [1, 2, 3, 3] { _ = try await store.run(number, to: .succeeded) }
            var staging = try await store.enqueue(try Sample.request(4, branch: Sample.staging))
            staging.advance(to: .fetching, at: Sample.now)
            staging.finish(as: .succeeded, outcome: "set by the test", at: Sample.now)
            try await store.save(staging)
            for number in 10..<34 { _ = try await store.run(number, to: .failed) }
            #expect(try await store.prune(before: Sample.now + 1, keeping: .max) == 2 + 4)
            #expect(try await store.all().filter { $0.stage == .succeeded }.map(\.id) == [2, 4])
            #expect(try await store.all().filter { $0.stage == .failed }.count == 20)
            #expect(try await store.all(branch: Sample.staging).map(\.id) == [staging.id])
            // Neither does the limit of the size delete them.
            _ = try await store.prune(before: .distantPast, keeping: 1)
            #expect(try await store.all().filter { $0.stage == .succeeded }.map(\.id) == [2, 4])
        }
    }

    @Test("above the size limit, logs are deleted before the newest deliveries, oldest first")
    func logs() async throws {
        try await withStore { store in
            for number in 0..<150 { _ = try await store.record(Sample.delivery("\(number)")) }
            let lines = (0..<250).map { _ in
                LogLine(sequence: 0, at: Sample.now, verb: "output", text: String(repeating: "x", count: 4000))
            }
            for number in 0..<20 {
                let id = try await store.run(number, to: number < 19 ? .succeeded : .applying).id
                try await store.append(lines, to: id)
            }
            #expect(try await store.size() > 20_000_000)
            let limit = 8 * 1024 * 1024
            #expect(try await store.prune(before: .distantPast, keeping: limit) == 50)
            #expect(try await store.size() <= limit)
            #expect(try await store.fileSize() <= limit + 100_000)
            #expect(try await store.deliveryCount() == 100)
            let deployments = try await store.all()
            #expect(deployments.count == 20)
            var lengths: [Int] = []
            for deployment in deployments { lengths.append(try await store.log(of: deployment.id).count) }
            #expect(lengths.first == 0)
            #expect(lengths.suffix(3) == [250, 250, 250])
            #expect(lengths == lengths.sorted())

            // The newest deliveries are deleted last, and the log of a running deployment never.
            _ = try await store.prune(before: .distantPast, keeping: 1)
            #expect(try await store.log(of: deployments[19].id).count == 250)
            #expect(try await store.log(of: deployments[18].id).isEmpty)
            #expect(try await store.deliveryCount() == 0)
        }
    }

    @Test("above the size limit, the oldest entries are deleted and the file shrinks")
    func bySize() async throws {
        try await withStore { store in
            for number in 0..<1000 {
                _ = try await store.record(Sample.delivery("\(number)", padding: 20_000))
            }
            #expect(try await store.size() > 20_000_000)
            let limit = 8 * 1024 * 1024
            #expect(try await store.prune(before: .distantPast, keeping: limit) > 0)
            #expect(try await store.size() <= limit)
            #expect(try await store.fileSize() <= limit + 100_000)
            #expect(try await store.deliveries(limit: 1).first?.key.guid == "999")
        }
    }

    @Test("pruning ends before its next transaction if it is cancelled")
    func cancelled() async throws {
        try await withStore { store in
            for number in 0..<130 { _ = try await store.record(Sample.delivery("\(number)")) }
            let result = await withThrowingTaskGroup(of: Int.self) { group in
                group.cancelAll()
                group.addTask { try await store.prune(before: Sample.now + 1, keeping: .max) }
                return await group.nextResult()
            }
            #expect(throws: CancellationError.self) { try result?.get() }
            #expect(try await store.deliveryCount() == 130)
        }
    }

    @Test("deliveries are stored while much is pruned")
    func meanwhile() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try Store(directory: directory)
        for number in 0..<40 { _ = try await store.run(number, to: .succeeded) }
        try await DatabaseQueue(path: directory + "/observer.sqlite").write { database in
            try database.execute(
                sql: """
                    WITH RECURSIVE line(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM line WHERE number < 20000)
                    INSERT INTO log_line (deployment, sequence, at, level, verb, text)
                    SELECT id, number, 0, 'info', 'output', printf('%0100d', number) FROM deployment, line WHERE id <= 20
                    """)
        }
        let isOver = Atomic(false)
        async let pruned: Void = {
            let count = try await store.prune(before: Sample.now + 1, keeping: .max)
            isOver.store(true, ordering: .relaxed)
            #expect(count == 20)
        }()
        var waits: [Duration] = []
        while !isOver.load(ordering: .relaxed) {
            let delivery = Sample.delivery("\(waits.count)")
            waits.append(try await ContinuousClock().measure { _ = try await store.record(delivery) })
        }
        try await pruned
        #expect(waits.count >= 20, "\(waits)")
        // Twice the promised time, because the tests keep the machine busy.
        let slow = waits.sorted()[waits.count * 9 / 10]
        #expect(slow < .milliseconds(500 * Slowness.factor), "\(waits.sorted().suffix(5))")
        #expect(try await store.all().count == 20)
    }
}
