/// Where a person is in a list: at a row, not at a line number.
struct ListPosition: Equatable, Sendable {
    var selected: Int64?
    /// The row at the top of the pane; nil while the list shows its beginning.
    var anchor: Int64?
}
