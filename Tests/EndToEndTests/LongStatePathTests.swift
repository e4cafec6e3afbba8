import Processes
import Subprocess
import Testing

@Suite("A state directory with a long path")
struct LongStatePathTests {
    @Test("commands find its control socket")
    func longPath() async throws {
        try await withProcessWorld { world in
            let state = world.directory + "/" + String(repeating: "a-long-name", count: 12)
            let exit = try await world.observe(["DPLOY_OBSERVER_STATE": state]) { observer in
                try await observer.log.wait(for: "Ping received: GitHub can reach")
                let status = try await withObserverProcess(
                    arguments: ["status", "-state", state], environment: world.environment, directory: world.directory
                ) { _ in }
                #expect(status.status == .exited(0), "\(status.log)")
                observer.terminate()
            }
            #expect(exit.status == .exited(0))
        }
    }
}
