/// Text that must not be shown. Printing it, even by reflection, yields a mask.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The plain text, for the Authorization header, the HMAC key and the redactor only.
    package let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// The mask, as documented for a personal access token: `4**************************************c`. A short
    /// secret is masked completely.
    package var description: String {
        guard value.count >= 16, let first = value.first, let last = value.last else { return "********" }
        return "\(first)\(String(repeating: "*", count: 38))\(last)"
    }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(self, children: []) }
}
