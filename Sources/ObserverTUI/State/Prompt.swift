/// The line in which a filter or a search term is typed.
struct Prompt: Equatable, Sendable {
    var text = ""
    /// What Esc goes back to.
    var before: SearchTerm
}
