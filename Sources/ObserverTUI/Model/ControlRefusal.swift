/// Why the engine did not do or tell what it was asked for.
package struct ControlRefusal: Error, Equatable, Sendable {
    /// For an operator; in a conflict it says what changed meanwhile.
    package let sentence: String
    /// The world is no longer what the person saw when asking.
    package let isConflict: Bool

    package init(sentence: String, isConflict: Bool = false) {
        self.sentence = sentence
        self.isConflict = isConflict
    }
}
