import Foundation
import ObserverEngine
import Testing

@Suite("The logins of a commit on GitHub")
struct CommitLoginTests {
    private static let id = String(repeating: "a", count: 40)

    @Test(
        "the committer counts as the pusher, and the author where GitHub committed itself",
        arguments: [
            (#""author":{"login":"ann"},"committer":{"login":"bob"}"#, "bob"),
            (#""author":{"login":"ann"},"committer":{"login":"web-flow"}"#, "ann"),
            (#""author":{"login":"ann"},"committer":null"#, "ann"), (#""author":null,"committer":null"#, nil),
            (#""author":{},"committer":{}"#, nil), (#""html_url":"https://github.com""#, nil),
        ] as [(String, String?)])
    func pusher(people: String, pusher: String?) throws {
        let json = #"{"sha":"\#(Self.id)","commit":{"message":"m","author":{"name":"Ann Example"}},\#(people)}"#
        let info = try JSONDecoder().decode(GitHubBranch.Head.self, from: Data(json.utf8)).info
        #expect(info.pusher == pusher && info.author == "Ann Example")
    }
}
