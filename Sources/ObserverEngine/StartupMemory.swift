import Glibc
import Logging
import ServiceLifecycle

/// Returns, once, the memory that only the start needed: caches of the database, freed heap, and pages of code. Most of the
/// memory of an idle process is code that ran once. The kernel keeps it cached while it has memory, and maps it again when it
/// runs.
struct StartupMemory: Service {
    /// By then the start is over, except for registering the webhook.
    private static let delay = Duration.seconds(10)
    /// In bytes; a process has a few hundred mappings of less than a kilobyte of text each.
    private static let textLimit = 4 * 1024 * 1024

    let store: Store
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // A shutdown is the only reason to wake up early.
            guard (try? await Task.sleep(for: Self.delay)) != nil else { return }
            do {
                try await store.releaseMemory()
            } catch {
                logger.debug("Could not free the caches of the database: \(error)")
            }
            do {
                try await BlockingWork.run {
                    defer { Heap.trim() }
                    try Self.giveBackCode()
                }
            } catch {
                logger.debug("Could not read /proc/self/smaps: \(error)")
            }
        }
        try await gracefulShutdown()
    }

    /// The pages are mapped again when their code runs.
    /// - Throws: `BoundedFile.Problem`
    static func giveBackCode() throws {
        let mappings = try BoundedFile.read("/proc/self/smaps", limit: textLimit)
        for code in unchangedCode(in: String(decoding: mappings, as: UTF8.self)) {
            madvise(UnsafeMutableRawPointer(bitPattern: code.lowerBound), code.count, MADV_DONTNEED)
        }
    }

    /// The addresses of the code that is the same in memory as in its file. Changed pages, such as those with a debugger's
    /// breakpoints, are anonymous, or swapped out; their changes would be lost.
    /// - Parameter mappings: `/proc/PID/smaps`, see proc_pid_smaps(5).
    static func unchangedCode(in mappings: String) -> [Range<UInt>] {
        var candidate: Range<UInt>?
        var unchanged: [Range<UInt>] = []
        for line in mappings.split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            if let range = fields.first.flatMap(range) {
                let isCode = fields.count >= 6 && fields[1] == "r-xp" && fields[5].hasPrefix("/")
                candidate = isCode ? range : nil
            } else if ["Anonymous:", "Swap:"].contains(fields.first), fields.dropFirst().first != "0" {
                candidate = nil
            } else if fields.first == "VmFlags:", let code = candidate {
                unchanged.append(code)
            }
        }
        return unchanged
    }

    /// `5589924f3000-558995e65000`
    private static func range(_ text: Substring) -> Range<UInt>? {
        let ends = text.split(separator: "-").compactMap { UInt($0, radix: 16) }
        return ends.count == 2 && ends[0] < ends[1] ? ends[0]..<ends[1] : nil
    }
}
