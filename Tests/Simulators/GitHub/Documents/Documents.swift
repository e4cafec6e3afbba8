/// The JSON documents of the repository, as the REST API and webhooks represent them.
struct Documents: Sendable {
    /// The base URL, `http://127.0.0.1:PORT`. It replaces https://api.github.com and https://github.com.
    var api: String
    var owner: String
    var name: String
    var options: GitHubOptions
    var repositoryID: Int

    var repositoryURL: String { "\(api)/repos/\(owner)/\(name)" }
    var htmlURL: String { "\(api)/\(owner)/\(name)" }

    /// GitHub's opaque node id.
    func nodeID(_ kind: String, _ id: some CustomStringConvertible) -> JSON {
        .string("\(kind)_\(id)")
    }
}

extension Documents {
    /// A user, as embedded in other documents.
    func user(_ login: String) -> JSON {
        let url = "\(api)/users/\(login)"
        return [
            "login": .string(login), "id": .integer(Self.userID(login)), "node_id": nodeID("U", login),
            "avatar_url": .string("\(api)/avatars/\(login)"), "gravatar_id": "",
            "url": .string(url), "html_url": .string("\(api)/\(login)"),
            "followers_url": .string("\(url)/followers"),
            "following_url": .string("\(url)/following{/other_user}"),
            "gists_url": .string("\(url)/gists{/gist_id}"),
            "starred_url": .string("\(url)/starred{/owner}{/repo}"),
            "subscriptions_url": .string("\(url)/subscriptions"),
            "organizations_url": .string("\(url)/orgs"),
            "repos_url": .string("\(url)/repos"),
            "events_url": .string("\(url)/events{/privacy}"),
            "received_events_url": .string("\(url)/received_events"),
            "type": "User", "site_admin": false,
        ]
    }

    /// The response of `GET /user`.
    func account(_ identity: GitIdentity) -> JSON {
        user(identity.login).merging([
            "name": .string(identity.name), "email": .string(identity.email), "company": nil, "blog": "",
            "location": nil, "hireable": nil, "bio": nil, "twitter_username": nil, "public_repos": 1,
            "public_gists": 0, "followers": 0, "following": 0, "created_at": "2010-01-01T00:00:00Z",
            "updated_at": "2016-05-08T18:48:06Z",
        ])
    }

    private static func userID(_ login: String) -> Int {
        login.utf8.reduce(7) { ($0 * 31 + Int($1)) % 90_000_000 }
    }
}
