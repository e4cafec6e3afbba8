/// What a verb tells: as text for people, as JSON for scripts.
protocol Report: Encodable {
    func lines(in style: TextStyle) -> [String]
}
