/// A list of GitHub's, of which the elements that can't be read are left out: what is odd in one of somebody else must not
/// hide the others.
struct ReadableList<Element: Decodable>: Decodable {
    let elements: [Element]
    /// With those that can't be read.
    let count: Int

    init(from decoder: any Decoder) throws {
        let entries = try decoder.singleValueContainer().decode([Entry].self)
        elements = entries.compactMap(\.element)
        count = entries.count
    }

    private struct Entry: Decodable {
        let element: Element?

        init(from decoder: any Decoder) throws {
            element = try? Element(from: decoder)
        }
    }
}
