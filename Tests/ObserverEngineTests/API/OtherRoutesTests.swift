import ObserverEngine
import Simulators
import Testing

@Suite("Other routes")
struct OtherRoutesTests {
    private static let paths = ["/status", "/healthz", "/metrics"]

    @Test("/healthz is well while the store answers, whatever GitHub does")
    func health() async throws {
        var setup = ObserverSetup()
        setup.waitsForHook = false
        try await withSimulators { [setup] simulators in
            try await simulators.gitHub.stop()
            try await withObserver(setup, in: simulators) { world in
                try await world.log.wait(for: "Retrying.")
                let answer = try await world.answer(.get, "/healthz")
                #expect(answer.status == 200)
                #expect(answer.json == ["status": "ok"])
            }
        }
    }

    @Test("an unknown path is 404, whatever the method")
    func unknown() async throws {
        try await withObserver { world in
            for method in [RequestMethod.get, .post, .delete] {
                let answer = try await world.answer(method, "/nowhere")
                #expect(answer.status == 404)
            }
        }
    }

    @Test("what is only to be read takes no other method: 405, with those it takes")
    func methods() async throws {
        try await withObserver { world in
            for path in Self.paths {
                for method in [RequestMethod.post, .put, .patch, .delete] {
                    let answer = try await world.answer(method, path)
                    #expect(answer.status == 405, "\(method) \(path)")
                    #expect(answer.headers["allow"] == "GET, HEAD")
                }
            }
        }
    }

    @Test("a monitor may ask with HEAD")
    func head() async throws {
        try await withObserver { world in
            for path in Self.paths {
                let answer = try await world.answer(.head, path)
                #expect(answer.status == 200, "\(path)")
                #expect(answer.text.isEmpty)
            }
        }
    }
}
