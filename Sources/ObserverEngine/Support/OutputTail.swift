/// The last lines of an output with something in them.
actor OutputTail {
    private let length: Int
    private(set) var lines: [String] = []

    init(length: Int) {
        self.length = length
    }

    func append(_ more: [String]) {
        lines = (lines + more.filter { $0.contains { !$0.isWhitespace } }).suffix(length)
    }
}
