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
