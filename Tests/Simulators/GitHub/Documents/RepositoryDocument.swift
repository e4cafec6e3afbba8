import Foundation

extension Documents {
    /// The repository, as embedded in other documents.
    var minimalRepository: JSON {
        var document: JSON = [
            "id": .integer(repositoryID), "node_id": nodeID("R", repositoryID), "name": .string(name),
            "full_name": .string("\(owner)/\(name)"), "owner": user(owner), "private": .bool(options.isPrivate),
            "html_url": .string(htmlURL), "description": "Spaces for dogs", "fork": false,
            "url": .string(repositoryURL),
        ]
        for (member, path) in Self.links { document[member] = .string(repositoryURL + path) }
        return document
    }

    /// The response of `GET /repos/{owner}/{repo}`.
    var repository: JSON {
        minimalRepository.merging(counters).merging([
            "created_at": "2016-05-05T21:00:00Z", "pushed_at": "2016-05-08T18:48:06Z", "visibility": visibility,
            "permissions": ["admin": true, "maintain": true, "push": true, "triage": true, "pull": true],
            "subscribers_count": 1, "network_count": 0,
        ])
    }

    /// The repository in a webhook payload. In a push, dates are numbers and `url` is the web page.
    func webhookRepository(inPush: Bool) -> JSON {
        let common = minimalRepository.merging(counters).merging([
            "visibility": visibility, "web_commit_signoff_required": false, "custom_properties": [:],
        ])
        let pusher = options.pusher
        guard inPush else {
            return common.merging(["created_at": "2016-05-05T21:00:00Z", "pushed_at": "2016-05-08T18:48:06Z"])
        }
        let owner = user(owner).merging(["name": .string(owner), "email": .string(pusher.email)])
        return common.merging([
            "owner": owner, "url": .string(htmlURL), "created_at": 1_462_482_000,
            "pushed_at": .integer(Int(Date().timeIntervalSince1970)),
            "stargazers": 0, "master_branch": .string(options.defaultBranch),
        ])
    }

    private var visibility: JSON { options.isPrivate ? "private" : "public" }

    private var counters: JSON {
        [
            "updated_at": "2016-05-08T18:48:06Z", "git_url": .string("git://github.com/\(owner)/\(name).git"),
            "ssh_url": .string("git@github.com:\(owner)/\(name).git"), "clone_url": .string("\(htmlURL).git"),
            "svn_url": .string(htmlURL), "homepage": nil, "size": 12, "stargazers_count": 0, "watchers_count": 0,
            "language": nil, "has_issues": true, "has_projects": true, "has_downloads": true, "has_wiki": true,
            "has_pages": false, "forks_count": 0, "mirror_url": nil, "archived": false, "disabled": false,
            "open_issues_count": 0, "license": nil, "forks": 0, "open_issues": 0, "watchers": 0,
            "default_branch": .string(options.defaultBranch), "is_template": false, "topics": [],
        ]
    }

    private static let links = [
        "archive_url": "/{archive_format}{/ref}", "assignees_url": "/assignees{/user}",
        "blobs_url": "/git/blobs{/sha}", "branches_url": "/branches{/branch}",
        "collaborators_url": "/collaborators{/collaborator}", "comments_url": "/comments{/number}",
        "commits_url": "/commits{/sha}", "compare_url": "/compare/{base}...{head}",
        "contents_url": "/contents/{+path}", "contributors_url": "/contributors", "deployments_url": "/deployments",
        "downloads_url": "/downloads", "events_url": "/events", "forks_url": "/forks",
        "git_commits_url": "/git/commits{/sha}", "git_refs_url": "/git/refs{/sha}", "git_tags_url": "/git/tags{/sha}",
        "hooks_url": "/hooks", "issue_comment_url": "/issues/comments{/number}",
        "issue_events_url": "/issues/events{/number}", "issues_url": "/issues{/number}", "keys_url": "/keys{/key_id}",
        "labels_url": "/labels{/name}", "languages_url": "/languages", "merges_url": "/merges",
        "milestones_url": "/milestones{/number}",
        "notifications_url": "/notifications{?since,all,participating}", "pulls_url": "/pulls{/number}",
        "releases_url": "/releases{/id}", "stargazers_url": "/stargazers", "statuses_url": "/statuses/{sha}",
        "subscribers_url": "/subscribers", "subscription_url": "/subscription", "tags_url": "/tags",
        "teams_url": "/teams", "trees_url": "/git/trees{/sha}",
    ]
}
