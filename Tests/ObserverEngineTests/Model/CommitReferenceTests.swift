import ObserverEngine
import Testing

@Suite("What an operator types for a commit")
struct CommitReferenceTests {
    private static let id = "5b4a3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b"

    @Test(
        "is an id, the beginning of one, a branch, a tag or head",
        arguments: [
            ("head", []), ("HEAD", []), (id, [id]), (id.uppercased(), [id]),
            ("5b4a3c2", ["5b4a3c2", "heads/5b4a3c2", "tags/5b4a3c2"]), ("v1.2", ["heads/v1.2", "tags/v1.2"]),
            ("feature/x", ["heads/feature/x", "tags/feature/x"]), ("abc", ["heads/abc", "tags/abc"]),
            ("heads/abc", ["heads/abc"]), ("tags/v1", ["tags/v1"]),
        ] as [(String, [String])])
    func candidates(text: String, names: [String]) throws {
        #expect(try CommitReference(text).candidates == names)
    }

    @Test(
        "anything else is refused before GitHub is asked",
        arguments: [
            "", " ", "a b", "head~1", "../x", "-x", "a..b", "refs/heads/dcos", String(repeating: "a", count: 41),
        ])
    func malformed(text: String) {
        #expect(throws: CommitReference.Malformed.self) { try CommitReference(text) }
    }
}
