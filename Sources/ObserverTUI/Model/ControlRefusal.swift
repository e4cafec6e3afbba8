/// Why the observer rejected a request.
package struct ControlRefusal: Error, Equatable, Sendable {
    /// For the operator.
    package let sentence: String

    package init(sentence: String) {
        self.sentence = sentence
    }
}
