import Foundation
import Testing

@testable import ObserverEngine

@Suite("Stored drift")
struct KnownDriftTests {
    private let known = [
        KnownDrift(
            app: "/db", since: Sample.now, kind: .changed, paths: ["/cpus", "/mem"], announcedAt: Sample.now + 5),
        KnownDrift(app: "/web", announcedAt: Sample.now),
    ]

    @Test("it survives a restart, also if the repository is written with other capitals")
    func restart() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await Store(directory: directory).save(known, of: Sample.branch)
        let store = try Store(directory: directory)
        for branch in [Sample.branch, Sample.shouted] {
            #expect(try await store.knownDrift(of: branch).sorted { $0.app < $1.app } == known)
        }
    }

    @Test("the drift of a branch is replaced as a whole, and that of another branch stays")
    func replaced() async throws {
        try await withStore { store in
            try await store.save(known, of: Sample.branch)
            try await store.save([known[1]], of: Sample.staging)
            try await store.save([known[0]], of: Sample.branch)
            #expect(try await store.knownDrift(of: Sample.branch) == [known[0]])
            #expect(try await store.knownDrift(of: Sample.staging) == [known[1]])
            try await store.save([], of: Sample.branch)
            #expect(try await store.knownDrift(of: Sample.branch) == [])
        }
    }
}
