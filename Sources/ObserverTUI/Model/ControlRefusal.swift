/// Why the observer rejected a request.
package struct ControlRefusal: Error, Equatable, Sendable {
    /// For the operator. After a conflict, it states the change.
    package let sentence: String
    /// The state changed since the dashboard read it.
    package let isConflict: Bool

    package init(sentence: String, isConflict: Bool = false) {
        self.sentence = sentence
        self.isConflict = isConflict
    }
}
