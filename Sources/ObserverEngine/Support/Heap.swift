import CMalloc
import Glibc

/// The heap of the C library.
package enum Heap {
    /// As many as there are busy threads: an event loop for each processor, the writer of the database, and one more. With
    /// fewer, they wait for each other.
    private static let arenas = CInt(max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) + 2)

    /// Limits the parts into which the heap is divided so that threads do not wait for each other, unless
    /// `MALLOC_ARENA_MAX` does. Each thread that comes and goes would otherwise leave one, and each keeps free memory of its
    /// own.
    package static func limitArenas() {
        guard getenv("MALLOC_ARENA_MAX") == nil else { return }
        mallopt(M_ARENA_MAX, arenas)
    }

    /// Returns free memory to the system.
    static func trim() {
        malloc_trim(0)
    }
}
