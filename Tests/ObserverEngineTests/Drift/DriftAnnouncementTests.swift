import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Announced drift")
struct DriftAnnouncementTests {
    private let files: [String: String?] = [
        "dploy.app": Files.descriptor, "specs/web.json": Files.app("web"), "specs/db.json": Files.app("db"),
    ]

    /// An observer that posts to any server that records its requests.
    private func setup(
        for simulators: Simulators, pause: Duration = .zero, drift: String = "report"
    ) -> ObserverSetup {
        ObserverSetup {
            $0.flags[.notify] = simulators.mesosDNS.url + "/chat"
            $0.flags[.drift] = drift
            $0.driftPause = pause
        }
    }

    private func notification(_ number: Int, to simulators: Simulators) async throws -> JSON {
        try await simulators.mesosDNS.request(count: number) { $0.request.path == "/chat" }.json
    }

    /// The differing fields of each app.
    private func fields(_ notification: JSON) -> [String: Set<String>] {
        let apps = notification["apps"]?.array ?? []
        return Dictionary(
            apps.map { app in
                (app["id"]?.string ?? "", Set((app["fields"]?.array ?? []).compactMap { $0["path"]?.string }))
            }
        ) { first, _ in first }
    }

    @Test("another differing field is announced with all fields and the time of the first; one that is gone is not")
    func growth() async throws {
        try await withSimulators { simulators in
            try await withObserver(setup(for: simulators), in: simulators) { world in
                try await world.deploy(files)
                let control = try await world.control()
                _ = try await control.apps()
                try await world.put("/db", #"{"mem":99}"#)
                let first = try await notification(1, to: simulators)
                #expect(fields(first) == ["/db": ["/mem"]])
                try await world.put("/db", #"{"cpus":0.5}"#)
                let second = try await notification(2, to: simulators)
                #expect(second["event"] == "drifted" && fields(second) == ["/db": ["/cpus", "/mem"]])
                let since = { (notification: JSON) in notification["apps"]?[0]?["since"]?.string }
                #expect(since(first) != nil && since(first) == since(second))
                try await world.put("/db", #"{"mem":32}"#)
                #expect(try await control.apps().drifted.first?.drift?.fields.map(\.path) == ["/cpus"])
                try await world.put("/web", #"{"mem":99}"#)
                let third = try await notification(3, to: simulators)
                #expect(fields(third) == ["/web": ["/mem"]])
            }
        }
    }

    @Test("a change within the pause is announced at its end")
    func pause() async throws {
        try await withSimulators { simulators in
            try await withObserver(setup(for: simulators, pause: .seconds(4)), in: simulators) { world in
                try await world.deploy(files)
                _ = try await world.control().apps()
                try await world.put("/db", #"{"mem":99}"#)
                _ = try await notification(1, to: simulators)
                try await world.put("/db", #"{"cpus":0.5}"#)
                let second = try await notification(2, to: simulators)
                #expect(fields(second) == ["/db": ["/cpus", "/mem"]])
            }
        }
    }

    @Test("a correction has the drift that it corrected, also where the drift was too recent to be announced")
    func unannounced() async throws {
        try await withSimulators { simulators in
            let setup = setup(for: simulators, pause: .seconds(600), drift: "correct")
            try await withObserver(setup, in: simulators) { world in
                try await world.deploy(files)
                _ = try await world.control().apps()
                try await world.put("/db", #"{"mem":99}"#)
                #expect(try await notification(1, to: simulators)["event"] == "drifted")
                #expect(try await notification(2, to: simulators)["event"] == "corrected")
                try await world.put("/db", #"{"cpus":0.5}"#)
                let second = try await notification(3, to: simulators)
                #expect(second["event"] == "corrected" && fields(second) == ["/db": ["/cpus"]])
                #expect(second["apps"]?[0]?["since"]?.string != nil)
            }
        }
    }

    @Test("after a restart, announced drift is not announced again, and its time stays")
    func restart() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await withSimulators { simulators in
            var setup = setup(for: simulators)
            setup.stateDirectory = directory
            let since = try await withObserver(setup, in: simulators) { world in
                try await world.deploy(files)
                _ = try await world.control().apps()
                try await world.put("/db", #"{"mem":99}"#)
                let first = try await notification(1, to: simulators)
                #expect(fields(first) == ["/db": ["/mem"]])
                return try #require(try await world.control().apps().drifted.first?.drift?.since)
            }
            setup.waitsForHook = false
            try await withObserver(setup, in: simulators) { world in
                let control = try await world.control()
                let again = try #require(try await control.apps().drifted.first?.drift?.since)
                // The API has milliseconds.
                #expect(abs(again.timeIntervalSince(since)) < 0.002)
                try await world.put("/db", #"{"cpus":0.5}"#)
                _ = try await control.apps()
                let second = try await notification(2, to: simulators)
                #expect(fields(second) == ["/db": ["/cpus", "/mem"]])
            }
        }
    }
}
