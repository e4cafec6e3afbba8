/// The help, which runs what is chosen in it.
struct Menu: Equatable, Sendable {
    var selected = 0
}
