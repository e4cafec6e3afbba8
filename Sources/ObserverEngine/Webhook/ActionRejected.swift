/// An operator's action that was not carried out, with the reason as a sentence.
package struct ActionRejected: Error, CustomStringConvertible {
    /// Whether the same request may succeed later: the state has changed since the operator looked, or the observer is busy.
    package let isConflict: Bool
    package let description: String

    package static func conflict(_ sentence: String) -> ActionRejected {
        ActionRejected(isConflict: true, description: sentence)
    }

    package static func impossible(_ sentence: String) -> ActionRejected {
        ActionRejected(isConflict: false, description: sentence)
    }
}
