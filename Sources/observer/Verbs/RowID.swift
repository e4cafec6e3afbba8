import ArgumentParser

/// The row that a verb is about.
struct RowID: ParsableArguments {
    @Argument(help: ArgumentHelp("its number in the list", valueName: "id")) var given: Int64?

    /// - Throws: `ValidationError`
    func required(of what: String, listedBy verb: String) throws -> Int64 {
        guard let given else {
            throw ValidationError("Give the ID of a \(what); 'observer \(verb)' lists them.")
        }
        return given
    }
}
