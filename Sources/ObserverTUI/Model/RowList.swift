import ObserverEngine

/// The known rows of a list: the newest, and older rows as far as the operator scrolled. Bounded.
struct RowList<Row: ListedRow>: Equatable, Sendable {
    static var limit: Int { 4000 }
    private static var slack: Int { 500 }

    private var ascending: [Row] = []
    /// Where each row is, counted from a row that may be gone: rows are added and removed at both ends.
    private var places: [Row.ID: Int] = [:]
    /// The place of the oldest row.
    private var origin = 0
    /// The number of rows that the observer has.
    private(set) var total = 0
    private(set) var isComplete = true

    init() {}

    init(newestFirst rows: [Row], total: Int) {
        for row in rows.reversed() { add(row) }
        self.total = max(total, rows.count)
        isComplete = rows.count >= total
    }

    var rows: ReversedCollection<[Row]> { ascending.reversed() }
    var isEmpty: Bool { ascending.isEmpty }
    var newest: Row? { ascending.last }
    var oldest: Row? { ascending.first }
    var canGrow: Bool { !isComplete && ascending.count < Self.limit }

    subscript(id: Row.ID) -> Row? {
        places[id].map { ascending[$0 - origin] }
    }

    /// Adds or replaces a row.
    mutating func upsert(_ row: Row) {
        if let place = places[row.id] {
            ascending[place - origin] = row
            return
        }
        add(row)
        total += 1
        if ascending.count > Self.limit + Self.slack {
            for row in ascending.prefix(Self.slack) { places[row.id] = nil }
            ascending.removeFirst(Self.slack)
            origin += Self.slack
            isComplete = false
        }
    }

    /// Adds a page of older rows. An empty page means there are no more.
    mutating func append(older page: [Row]) {
        let new = page.filter { places[$0.id] == nil }
        isComplete = new.isEmpty
        prepend(new.reversed())
        total = max(total, ascending.count)
    }

    /// Keeps the older rows from before a snapshot if the two overlap. In a new database, IDs start again: its rows are
    /// other ones, even with the same IDs.
    mutating func keepOlder(from earlier: RowList) where Row.ID: Comparable {
        guard let oldest, let place = earlier.places[oldest.id],
            oldest.isVersion(of: earlier.ascending[place - earlier.origin]),
            let newest = ascending.map(\.id).max(), earlier.ascending.allSatisfy({ $0.id <= newest })
        else { return }
        prepend(earlier.ascending[..<(place - earlier.origin)].filter { places[$0.id] == nil })
        isComplete = earlier.isComplete
    }

    private mutating func add(_ row: Row) {
        places[row.id] = origin + ascending.count
        ascending.append(row)
    }

    private mutating func prepend(_ older: [Row]) {
        origin -= older.count
        for (index, row) in older.enumerated() { places[row.id] = origin + index }
        ascending.insert(contentsOf: older, at: 0)
    }
}

/// The rows that match the filter, those of a feed newest first. Adjacent rows may share one line.
struct Listing<Row: ListedRow> {
    private let rows: ReversedCollection<[Row]>
    /// Offsets of the first row of each line; nil if every row has its own line.
    private let lines: [Line]?

    private struct Line {
        let offset: Int
        var count: Int
    }

    init(_ feed: RowList<Row>, where matches: ((Row) -> Bool)?) {
        self.init(feed.rows, where: matches)
    }

    /// - Parameter rows: In the order in which they are shown.
    init(_ rows: [Row], where matches: ((Row) -> Bool)?) {
        self.init(Array(rows.reversed()).reversed(), where: matches)
    }

    private init(_ rows: ReversedCollection<[Row]>, where matches: ((Row) -> Bool)?) {
        self.rows = rows
        guard matches != nil || Row.sharesLines else {
            lines = nil
            return
        }
        var lines: [Line] = []
        for (offset, row) in rows.enumerated() where matches?(row) != false {
            if let last = lines.last, row.sharesLine(with: rows[rows.index(rows.startIndex, offsetBy: last.offset)]) {
                lines[lines.count - 1].count += 1
            } else {
                lines.append(Line(offset: offset, count: 1))
            }
        }
        self.lines = lines
    }

    /// The number of lines.
    var count: Int { lines?.count ?? rows.count }

    /// The number of rows.
    var rowCount: Int { lines.map { $0.reduce(0) { $0 + $1.count } } ?? rows.count }

    /// The newest row of a line.
    subscript(index: Int) -> Row { row(at: lines?[index].offset ?? index) }

    /// How many rows share a line.
    func multiplicity(at index: Int) -> Int { lines?[index].count ?? 1 }

    /// The line of a row.
    func index(of id: Row.ID?) -> Int? {
        guard let id else { return nil }
        guard let lines else { return (0..<count).first { self[$0].id == id } }
        return lines.firstIndex { line in
            if line.count == 1 { return row(at: line.offset).id == id }
            // Other rows may lie between the rows of a filtered line.
            var left = line.count
            var offset = line.offset
            let first = row(at: line.offset)
            while left > 0, offset < rows.count {
                let row = row(at: offset)
                if row.sharesLine(with: first) || offset == line.offset {
                    if row.id == id { return true }
                    left -= 1
                }
                offset += 1
            }
            return false
        }
    }

    private func row(at offset: Int) -> Row { rows[rows.index(rows.startIndex, offsetBy: offset)] }
}

/// A row of a list that occupies one or more lines.
protocol ListedRow: Identifiable, Equatable, Sendable where ID: Sendable {
    /// Whether adjacent rows may share a line.
    static var sharesLines: Bool { get }
    var listedLines: Int { get }
    /// Whether it is being deployed.
    var isRunning: Bool { get }
    /// Whether it can share a line with this adjacent row.
    func sharesLine(with other: Self) -> Bool
    /// Whether this is an earlier or later state of a row with the same ID, not another row with that ID.
    func isVersion(of other: Self) -> Bool
}

extension DeliverySummary: ListedRow {
    static var sharesLines: Bool { true }
    var listedLines: Int { 1 }
    var isRunning: Bool { false }

    /// Pings, and requests that are rejected for the same reason, would hide the pushes between them.
    func sharesLine(with other: DeliverySummary) -> Bool {
        guard verdict == other.verdict else { return false }
        return verdict == .ping || verdict == .rejected && reason == other.reason
    }

    func isVersion(of other: DeliverySummary) -> Bool { receivedAt == other.receivedAt }
}

extension DeploymentSummary: ListedRow {
    static var sharesLines: Bool { false }
    var isRunning: Bool { !stage.isFinal && stage != .queued }

    /// A running deployment has a second line for its progress, a queued one for what it waits for, and one that ended early
    /// for the reason.
    var listedLines: Int {
        switch stage {
        case .queued, .fetching, .validating, .applying, .waiting: 2
        case .failed: outcome == nil ? 1 : 2
        // Those that never started have nothing to explain.
        case .superseded, .cancelled, .interrupted: startedAt == nil || outcome == nil ? 1 : 2
        case .succeeded: 1
        }
    }

    func sharesLine(with other: DeploymentSummary) -> Bool { false }

    func isVersion(of other: DeploymentSummary) -> Bool { queuedAt == other.queuedAt && commit == other.commit }
}

extension AppSummary: ListedRow {
    static var sharesLines: Bool { false }
    var listedLines: Int { 1 }
    var isRunning: Bool { !deployments.isEmpty }

    func sharesLine(with other: AppSummary) -> Bool { false }

    func isVersion(of other: AppSummary) -> Bool { id == other.id }
}
