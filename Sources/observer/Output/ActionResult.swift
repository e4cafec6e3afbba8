import ObserverEngine

/// What an action did, as a sentence.
struct ActionResult: Report {
    let result: String

    func lines(in style: TextStyle) -> [String] { [result.printable] }
}
