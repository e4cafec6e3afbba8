/// A text that must not be shown. Printing it, also by reflection, yields a mask.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself: for the Authorization header, the HMAC key and the redactor only.
    package let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// As a personal access token is shown in the documentation, `4**************************************c`;
    /// a short one shows nothing of itself.
    package var description: String {
        guard value.count >= 16, let first = value.first, let last = value.last else { return "********" }
        return "\(first)\(String(repeating: "*", count: 38))\(last)"
    }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(self, children: []) }
}
