import Dispatch
import Foundation
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

    @Test("is carried out even if the task is cancelled")
    func cancelled() async throws {
        let isDone = Latch<Void>()
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask { try? await BlockingWork.run { isDone.set(()) } }
        }
        try await isDone.get()
    }

    @Test("ends early if it checks for cancellation", .timeLimit(.minutes(1)))
    func checked() async {
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await BlockingWork.run { (cancellation: BlockingWork.Cancellation) -> Void in
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
