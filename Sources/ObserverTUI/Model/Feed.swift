import ObserverEngine

/// The known rows of a list: the newest, and older rows as far as the operator scrolled. Bounded.
struct Feed<Row: ListedRow>: Equatable, Sendable {
    static var limit: Int { 4000 }
    private static var slack: Int { 500 }

    private var ascending: [Row] = []
    /// The ids of these rows: searching them copies no rows.
    private var ids: [Int64] = []
    /// The number of rows that the observer has.
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

    /// Adds or replaces a row.
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

    /// Adds a page of older rows. An empty page means there are no more.
    mutating func append(older page: [Row]) {
        let new = page.filter { !ids.contains($0.id) }
        isComplete = new.isEmpty
        prepend(new.reversed())
        total = max(total, ascending.count)
    }

    /// Keeps the older rows from before a snapshot if the two overlap.
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

/// The rows of a feed that match the filter, newest first.
struct Listing<Row: ListedRow> {
    private let rows: ReversedCollection<[Row]>
    /// Offsets of the matching rows; nil without a filter.
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

/// A row of a list that occupies one or more lines.
protocol ListedRow: Identifiable, Equatable, Sendable where ID == Int64 {
    var listedLines: Int { get }
    /// Whether it is being deployed.
    var isRunning: Bool { get }
}

extension DeliverySummary: ListedRow {
    var listedLines: Int { 1 }
    var isRunning: Bool { false }
}

extension DeploymentSummary: ListedRow {
    var isRunning: Bool { !stage.isFinal && stage != .queued }

    /// A running or failed deployment has a second line for its progress or failure.
    var listedLines: Int {
        switch stage {
        case .fetching, .validating, .applying, .waiting: 2
        case .failed: outcome == nil ? 1 : 2
        case .queued, .succeeded, .superseded, .cancelled, .interrupted: 1
        }
    }
}
