/// What becomes of a Marathon deployment that does not get healthy in time.
package enum FailureResponse: String, Sendable {
    /// Marathon goes back to the versions before.
    case rollback
    /// It stays as it is, for somebody to look at.
    case leave
}
