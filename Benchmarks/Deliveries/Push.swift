import Crypto
import Foundation

/// A push event of 8.8 kB, like GitHub's, as complete requests.
struct Push {
    static let owner = "octo-example"
    static let repository = "hello-world"
    static let repositoryID = 186_853_002

    private let path: String
    private let branch: String
    private let body: [UInt8]
    /// Where the body contains the commit.
    private let commits: [Int]
    private var number = 0
    private let run = UInt32.random(in: .min ... .max)

    /// - Parameter isAccepted: Whether it is a push to the watched branch, each of another commit.
    init(path: String = "/dploy", isAccepted: Bool) {
        self.path = path
        branch = isAccepted ? "dcos" : "main"
        let body = Array(Self.payload(branch: branch).utf8)
        let wanted = Array(Self.commit(0).utf8)
        commits =
            isAccepted
            ? body.indices.dropLast(40).filter { body[$0] == wanted[0] && Array(body[$0..<($0 + 40)]) == wanted } : []
        signature = Self.signature(of: body)
        self.body = body
    }

    private let signature: String

    static func commit(_ number: Int) -> String { "c0ffee" + String(format: "%034x", number) }

    /// The number of the last request.
    var count: Int { number }

    /// The next request, with a GUID of its own.
    mutating func next() -> [UInt8] {
        number += 1
        var (body, signature) = (body, signature)
        if !commits.isEmpty {
            let commit = Array(Self.commit(number).utf8)
            for offset in commits { body.replaceSubrange(offset..<(offset + 40), with: commit) }
            signature = Self.signature(of: body)
        }
        let guid = String(format: "%08x-0000-4000-8000-%012x", run, number)
        let head = """
            POST \(path) HTTP/1.1\r
            Host: 127.0.0.1\r
            Connection: keep-alive\r
            User-Agent: GitHub-Hookshot/044aadd\r
            Content-Length: \(body.count)\r
            Accept: */*\r
            Content-Type: application/json\r
            X-GitHub-Delivery: \(guid)\r
            X-GitHub-Event: push\r
            X-GitHub-Hook-ID: 292430182\r
            X-GitHub-Hook-Installation-Target-ID: \(Self.repositoryID)\r
            X-GitHub-Hook-Installation-Target-Type: repository\r
            X-Hub-Signature: sha1=7d38cdd689735b008b3c702edd92eea23791c5f6\r
            X-Hub-Signature-256: sha256=\(signature)\r
            \r

            """
        return Array(head.utf8) + body
    }

    private static func signature(of body: [UInt8]) -> String {
        HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Data(Observed.secret.utf8)))
            .map { String(format: "%02x", $0) }.joined()
    }

    private static func payload(branch: String) -> String {
        let api = "https://api.github.com/repos/\(owner)/\(repository)"
        let urls = [
            "forks", "keys{/key_id}", "collaborators{/collaborator}", "teams", "hooks", "issues/events{/number}",
            "events",
            "assignees{/user}", "branches{/branch}", "tags", "git/blobs{/sha}", "git/tags{/sha}", "git/refs{/sha}",
            "git/trees{/sha}", "statuses/{sha}", "languages", "stargazers", "contributors", "subscribers",
            "subscription",
            "commits{/sha}", "git/commits{/sha}", "comments{/number}", "issues/comments{/number}", "contents/{+path}",
            "compare/{base}...{head}", "merges", "{archive_format}{/ref}", "downloads", "issues{/number}",
            "pulls{/number}",
            "milestones{/number}", "notifications{?since,all,participating}", "labels{/name}", "releases{/id}",
            "deployments",
        ].map { "\"\($0.prefix { $0.isLetter || $0 == "/" }.replacing("/", with: "_"))_url\":\"\(api)/\($0)\"" }
        let person = """
            {"login":"octocat","id":21031067,"node_id":"MDQ6VXNlcjIxMDMxMDY3",\
            "avatar_url":"https://avatars1.githubusercontent.com/u/21031067?v=4","gravatar_id":"",\
            "url":"https://api.github.com/users/octocat","html_url":"https://github.com/octocat",\
            "followers_url":"https://api.github.com/users/octocat/followers",\
            "following_url":"https://api.github.com/users/octocat/following{/other_user}",\
            "gists_url":"https://api.github.com/users/octocat/gists{/gist_id}",\
            "starred_url":"https://api.github.com/users/octocat/starred{/owner}{/repo}",\
            "subscriptions_url":"https://api.github.com/users/octocat/subscriptions",\
            "organizations_url":"https://api.github.com/users/octocat/orgs",\
            "repos_url":"https://api.github.com/users/octocat/repos",\
            "events_url":"https://api.github.com/users/octocat/events{/privacy}",\
            "received_events_url":"https://api.github.com/users/octocat/received_events",\
            "type":"User","site_admin":false}
            """
        let names = (0..<12).map { "\"specs/service-\($0).json\"" }.joined(separator: ",")
        let author = #"{"name":"Octo Cat","email":"octocat@example.com","username":"octocat"}"#
        let details = """
            {"id":"\(commit(0))","tree_id":"bd3b6b1e4a8f0a1c6c1f2d3e4a5b6c7d8e9f0a1b","distinct":true,\
            "message":"Give the front end more memory\\n\\nIt was restarted twice an hour since the last release.",\
            "timestamp":"2026-05-15T15:20:41Z","url":"https://github.com/\(owner)/\(repository)/commit/\(commit(0))",\
            "author":\(author),"committer":\(author),"added":[],"removed":[],"modified":[\(names)]}
            """
        return """
            {"ref":"refs/heads/\(branch)","before":"a10867b14bb761a232cd80139fbd4c0d33264240","after":"\(commit(0))",\
            "repository":{"id":\(repositoryID),"node_id":"MDEwOlJlcG9zaXRvcnkxODY4NTMwMDI=","name":"\(repository)",\
            "full_name":"\(owner)/\(repository)","private":false,"owner":\(person),"description":null,"fork":false,\
            "url":"\(api)",\(urls.joined(separator: ",")),"created_at":1557933565,"pushed_at":1557933657,\
            "default_branch":"main"},"pusher":{"name":"octocat","email":"octocat@example.com"},"sender":\(person),\
            "created":false,"deleted":false,"forced":false,"base_ref":null,\
            "compare":"https://github.com/\(owner)/\(repository)/compare/a10867b14bb7...c0ffee000000",\
            "commits":[\(details)],"head_commit":\(details)}
            """
    }
}
