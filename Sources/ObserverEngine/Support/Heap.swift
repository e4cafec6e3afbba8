import CMalloc

/// The heap of the C library.
package enum Heap {
    /// As many as there are busy threads: two event loops, the writer of the database, and one more. With two arenas, they
    /// wait for each other, and a delivery needs a tenth more CPU time.
    private static let arenas: CInt = 4

    /// Limits the parts into which the heap is divided so that threads do not wait for each other. Each thread that comes and
    /// goes would otherwise leave one, and each keeps free memory of its own.
    package static func limitArenas() {
        mallopt(M_ARENA_MAX, arenas)
    }

    /// Returns free memory to the system.
    static func trim() {
        malloc_trim(0)
    }
}
