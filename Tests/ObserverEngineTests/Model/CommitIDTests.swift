import Foundation
import ObserverEngine
import Testing

@Suite("Ids of commits")
struct CommitIDTests {
    @Test("are 40 or 64 hexadecimal digits, kept in lower case", arguments: [40, 64])
    func valid(count: Int) {
        let commit = CommitID(String(repeating: "Ab", count: count / 2))
        #expect(commit?.description == String(repeating: "ab", count: count / 2))
        #expect(commit?.short == "abababa")
    }

    @Test(
        "are nothing else, for they become part of addresses",
        arguments: [
            "", "abc", "../../../../../../../../../../../../../aaa", "ｆ" + String(repeating: "f", count: 39),
            String(repeating: "g", count: 40), String(repeating: "a", count: 41),
        ])
    func invalid(text: String) {
        #expect(CommitID(text) == nil)
    }

    @Test("are read from JSON with the same care")
    func decoding() throws {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([CommitID].self, from: Data(#"["HEAD"]"#.utf8)) }
        #expect(CommitID(String(repeating: "0", count: 40)) == .zero)
    }

    @Test("a commit's status fits into what GitHub takes")
    func statusLength() {
        #expect(CommitStatus(state: .failure, description: String(repeating: "x", count: 140)).description.count == 140)
        let long = CommitStatus(state: .failure, description: String(repeating: "é", count: 141)).description
        #expect(long.count == 140)
        #expect(long.hasSuffix("…"))
    }
}
