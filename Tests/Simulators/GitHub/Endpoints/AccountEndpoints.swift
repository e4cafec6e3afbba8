extension Endpoint {
    static let account: [Endpoint] = [
        Endpoint(.get, "/", .none) { gitHub, _ in .json(gitHub.documents.root) },
        Endpoint(.get, "/user", .account) { gitHub, call in .json(call.documents.account(gitHub.options.pusher)) },
        Endpoint(.get, "/meta", .none) { _, _ in
            .json(["verifiable_password_authentication": false, "hooks": ["127.0.0.0/8"], "web": ["127.0.0.0/8"]])
        },
        Endpoint(.get, "/rate_limit", .none) { gitHub, _ in
            let rate = gitHub.state.value.rate.document
            return .json(["resources": ["core": rate, "search": rate, "graphql": rate], "rate": rate])
        },
    ]

    static let repository: [Endpoint] = [
        Endpoint(.get, "/repos/{owner}/{repo}", .metadata) { _, call in .json(call.documents.repository) }
    ]
}

extension Documents {
    /// The response of `GET /`: the URLs of all endpoints.
    fileprivate var root: JSON {
        let paths = [
            "current_user_url": "/user", "authorizations_url": "/authorizations",
            "current_user_authorizations_html_url": "/settings/connections/applications{/client_id}",
            "code_search_url": "/search/code?q={query}{&page,per_page,sort,order}",
            "commit_search_url": "/search/commits?q={query}{&page,per_page,sort,order}", "emails_url": "/user/emails",
            "emojis_url": "/emojis", "events_url": "/events", "feeds_url": "/feeds", "followers_url": "/user/followers",
            "following_url": "/user/following{/target}", "gists_url": "/gists{/gist_id}", "hub_url": "/hub",
            "issue_search_url": "/search/issues?q={query}{&page,per_page,sort,order}", "issues_url": "/issues",
            "keys_url": "/user/keys", "label_search_url": "/search/labels?q={query}&repository_id={repository_id}",
            "notifications_url": "/notifications", "organization_url": "/orgs/{org}",
            "organization_repositories_url": "/orgs/{org}/repos{?type,page,per_page,sort}",
            "organization_teams_url": "/orgs/{org}/teams", "public_gists_url": "/gists/public",
            "rate_limit_url": "/rate_limit", "repository_url": "/repos/{owner}/{repo}",
            "repository_search_url": "/search/repositories?q={query}{&page,per_page,sort,order}",
            "current_user_repositories_url": "/user/repos{?type,page,per_page,sort}",
            "starred_url": "/user/starred{/owner}{/repo}", "starred_gists_url": "/gists/starred",
            "user_url": "/users/{user}", "user_organizations_url": "/user/orgs",
            "user_repositories_url": "/users/{user}/repos{?type,page,per_page,sort}",
            "user_search_url": "/search/users?q={query}{&page,per_page,sort,order}",
        ]
        return .object(paths.mapValues { .string(api + $0) })
    }
}
