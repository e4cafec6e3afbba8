import Dispatch
import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Work that blocks its thread")
struct BlockingWorkTests {
    @Test("does not keep other tasks from running", .timeLimit(.minutes(1)))
    func others() async throws {
        let release = DispatchSemaphore(value: 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            // More than there are threads of either kind.
            for _ in 0..<(4 * ProcessInfo.processInfo.activeProcessorCount) {
                group.addTask {
                    try await BlockingWork.run {
                        release.wait()
                        release.signal()
                    }
                }
            }
            group.addTask { release.signal() }
            try await group.waitForAll()
        }
    }

    @Test("does not wait for long work, if it is short", .timeLimit(.minutes(5)))
    func short() async throws {
        let release = DispatchSemaphore(value: 0)
        let started = Awaitable(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<BlockingWork.longThreads {
                group.addTask {
                    try await BlockingWork.runLong {
                        started.change { $0 += 1 }
                        release.wait()
                    }
                }
            }
            let isDone = Latch<Void>()
            let result: Result<Void, any Error>
            do {
                _ = try await started.wait(
                    for: "long work on every thread", until: { $0 == BlockingWork.longThreads ? true : nil })
                group.addTask { try await BlockingWork.run { isDone.set(()) } }
                result = .success(try await withTimeout(.testTimeout) { try await isDone.get() })
            } catch {
                result = .failure(error)
            }
            for _ in 0..<BlockingWork.longThreads { release.signal() }
            try await group.waitForAll()
            try result.get()
        }
    }

    @Test("is carried out even if the task is cancelled")
    func cancelled() async throws {
        let (isDone, isLongDone) = (Latch<Void>(), Latch<Void>())
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask { try? await BlockingWork.run { isDone.set(()) } }
            group.addTask { try? await BlockingWork.runLong { isLongDone.set(()) } }
        }
        try await isDone.get()
        try await isLongDone.get()
    }

    @Test("ends early if it checks for cancellation", .timeLimit(.minutes(1)))
    func checked() async {
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await BlockingWork.runLong { (cancellation: BlockingWork.Cancellation) -> Void in
                        while true {
                            try cancellation.check()
                            usleep(1000)
                        }
                    }
                }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}
