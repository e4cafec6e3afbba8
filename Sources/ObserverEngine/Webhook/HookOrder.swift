/// What the keeper of the webhook is asked to do by an operator.
package enum HookOrder: Sendable {
    /// Register it, also where an operator removed it before.
    case register
    /// Remove the hook that the operator saw.
    case remove(id: Int)
    case ping
    /// Compare it with what it should be, and mend what differs.
    case review
    /// The secret is another: give it to the hook.
    case rekey
    /// Deliveries come that are not signed with our secret: find out whether GitHub is who sends them.
    case prove
}

/// Why an operator's order was not carried out, as a sentence.
package struct OrderRefused: Error, CustomStringConvertible {
    /// Whether the world has moved since the operator looked.
    package let isConflict: Bool
    package let description: String

    package static func conflict(_ sentence: String) -> OrderRefused {
        OrderRefused(isConflict: true, description: sentence)
    }

    package static func impossible(_ sentence: String) -> OrderRefused {
        OrderRefused(isConflict: false, description: sentence)
    }
}
