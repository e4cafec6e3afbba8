/// The rows of a list that we know: the newest, and older ones as far as somebody scrolled. Bounded.
struct Feed<Row: ListedRow>: Equatable, Sendable {
    static var limit: Int { 4000 }
    private static var slack: Int { 500 }

    private var ascending: [Row] = []
    /// The same rows' ids: looking through these copies no rows.
    private var ids: [Int64] = []
    /// How many there are, known to us or not.
    private(set) var total = 0
    private(set) var isComplete = true

    init() {}

    init(newestFirst rows: [Row], total: Int) {
        ascending = rows.reversed()
        ids = ascending.map(\.id)
        self.total = max(total, rows.count)
        isComplete = rows.count >= total
    }

    var rows: ReversedCollection<[Row]> { ascending.reversed() }
    var isEmpty: Bool { ascending.isEmpty }
    var newest: Row? { ascending.last }
    var oldest: Row? { ascending.first }
    var canGrow: Bool { !isComplete && ascending.count < Self.limit }

    subscript(id: Int64) -> Row? {
        ids.lastIndex(of: id).map { ascending[$0] }
    }

    /// Takes a row that is new or has changed.
    mutating func upsert(_ row: Row) {
        if let index = ids.lastIndex(of: row.id) {
            ascending[index] = row
            return
        }
        ascending.append(row)
        ids.append(row.id)
        total += 1
        if ascending.count > Self.limit + Self.slack {
            ascending.removeFirst(Self.slack)
            ids.removeFirst(Self.slack)
            isComplete = false
        }
    }

    /// Takes a page of older rows; an empty one means that there are no more.
    mutating func append(older page: [Row]) {
        let new = page.filter { !ids.contains($0.id) }
        isComplete = new.isEmpty
        prepend(new.reversed())
        total = max(total, ascending.count)
    }

    /// Takes older rows from what was known before a snapshot, where the two overlap.
    mutating func keepOlder(from earlier: Feed) {
        guard let oldest = ids.first, let overlap = earlier.ids.firstIndex(of: oldest) else { return }
        prepend(Array(earlier.ascending[..<overlap]))
        isComplete = earlier.isComplete
    }

    private mutating func prepend(_ older: [Row]) {
        ascending.insert(contentsOf: older, at: 0)
        ids.insert(contentsOf: older.map(\.id), at: 0)
    }
}
