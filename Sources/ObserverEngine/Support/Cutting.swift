extension StringProtocol {
    /// The beginning of a text that is longer than so many bytes. Counted in characters it would have no bound: one of them
    /// may be of any length.
    package func beginning(ofBytes limit: Int) -> String {
        utf8.count > limit ? String(decoding: utf8.prefix(limit), as: UTF8.self) : String(self)
    }
}
