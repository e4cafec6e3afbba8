import ObserverEngine

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

/// The rows of a feed that pass the filter, newest first.
struct Listing<Row: ListedRow> {
    private let rows: ReversedCollection<[Row]>
    /// Offsets of the rows that match; nil while nothing is filtered.
    private let matching: [Int]?

    init(_ feed: Feed<Row>, where matches: ((Row) -> Bool)?) {
        rows = feed.rows
        matching = matches.map { matches in
            feed.rows.enumerated().compactMap { matches($0.element) ? $0.offset : nil }
        }
    }

    var count: Int { matching?.count ?? rows.count }

    subscript(index: Int) -> Row {
        rows[rows.index(rows.startIndex, offsetBy: matching?[index] ?? index)]
    }

    func index(of id: Int64?) -> Int? {
        guard let id else { return nil }
        return (0..<count).first { self[$0].id == id }
    }
}

/// A row that takes some lines of a list.
protocol ListedRow: Identifiable, Equatable, Sendable where ID == Int64 {
    var listedLines: Int { get }
}

extension DeliverySummary: ListedRow {
    var listedLines: Int { 1 }

    func matches(_ term: SearchTerm) -> Bool {
        term.matches(message) || term.matches(commit) || term.matches(event) || term.matches(branch)
            || term.matches(author) || term.matches(verdict.rawValue) || term.matches(reason) || term.matches(guid)
    }
}

extension DeploymentSummary: ListedRow {
    func matches(_ term: SearchTerm) -> Bool {
        term.matches(message) || term.matches(commit) || term.matches(author) || term.matches(trigger.rawValue)
            || term.matches(stage.rawValue) || term.matches(outcome)
    }

    /// What is under way or went wrong needs a second line to say so.
    var listedLines: Int {
        switch stage {
        case .fetching, .validating, .applying, .waiting: 2
        case .failed: outcome == nil ? 1 : 2
        case .queued, .succeeded, .superseded: 1
        }
    }
}
