/// Header fields in the order they were sent. Names are case-insensitive.
package struct HeaderFields: Sendable, Hashable {
    package var fields: [Field]

    package struct Field: Sendable, Hashable {
        package var name: String
        package var value: String
    }

    package init(_ fields: [(String, String)] = []) {
        self.fields = fields.map { Field(name: $0.0, value: $0.1) }
    }

    /// The first value of a field. Setting it replaces all values; nil removes the field.
    package subscript(_ name: String) -> String? {
        get { fields.first { $0.name.lowercased() == name.lowercased() }?.value }
        set {
            fields.removeAll { $0.name.lowercased() == name.lowercased() }
            if let newValue { fields.append(Field(name: name, value: newValue)) }
        }
    }

    /// Returns these fields, with those of `other` replacing fields of the same name.
    package func merging(_ other: HeaderFields) -> HeaderFields {
        let replaced = Set(other.fields.map { $0.name.lowercased() })
        var merged = self
        merged.fields.removeAll { replaced.contains($0.name.lowercased()) }
        merged.fields += other.fields
        return merged
    }

    var json: JSON {
        .object(Dictionary(fields.map { ($0.name, JSON.string($0.value)) }) { first, _ in first })
    }
}

extension HeaderFields: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements)
    }
}
