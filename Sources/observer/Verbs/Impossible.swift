/// What was asked for can't be done, as a sentence.
struct Impossible: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ sentence: String) {
        description = sentence
    }
}
