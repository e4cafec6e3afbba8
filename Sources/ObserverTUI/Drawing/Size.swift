/// Columns and rows of a terminal or a part of it.
struct Size: Hashable, Sendable {
    var columns: Int
    var rows: Int
}
