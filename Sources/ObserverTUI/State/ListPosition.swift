/// Where a person is in a list: at a row, not at a line number.
struct ListPosition: Equatable, Sendable {
    var selected: Int64?
    /// Whether a person went to the selected row; the list need not be scrolled to one that merely was the first.
    var isChosen = false
    /// The row at the top of the pane; nil while the list shows its beginning.
    var anchor: Int64?
}
