package import Foundation

/// The objects of GitHub's REST API, with the fields that are used.
/// Source: https://docs.github.com/rest
package struct GitHubRepository: Decodable, Sendable {
    /// Stays the same when the repository is renamed or transferred.
    package let id: Int64
    package let fullName: String
}

/// GitHub's metadata; GitHub Enterprise Server returns less of it.
package struct GitHubMeta: Decodable, Sendable {
    /// The IP ranges that it delivers from.
    package let hooks: [String]?
}

/// A branch with the commit it points at.
package struct GitHubBranch: Decodable, Sendable {
    /// A commit, as a branch and the commit itself are answered.
    package struct Head: Decodable, Sendable {
        package struct Details: Decodable, Sendable {
            package struct Person: Decodable, Sendable {
                package let name: String?
            }

            package let message: String
            package let author: Person?
        }

        /// A user of GitHub. The object is empty or missing if no user has the e-mail address of the commit.
        package struct Account: Decodable, Sendable {
            package let login: String?
        }

        /// Commits what people do on its pages.
        private static let gitHub = "web-flow"

        package let sha: CommitID
        package let commit: Details?
        package let author: Account?
        package let committer: Account?

        package var info: CommitInfo {
            CommitInfo(sha, message: commit?.message, author: commit?.author?.name, pusher: likelyPusher)
        }

        /// Only a delivery reports who pushed the commit.
        private var likelyPusher: String? {
            [committer?.login, author?.login].compactMap(\.self).first { $0 != Self.gitHub }
        }
    }

    package let name: String
    package let commit: Head
}

/// The relation of one commit to another.
package struct GitHubComparison: Decodable, Sendable {
    package enum Status: String, Decodable, Sendable {
        case identical, ahead, behind, diverged
    }

    package struct File: Decodable, Sendable {
        package let filename: String
        /// The name before it was renamed.
        package let previousFilename: String?
    }

    package let status: Status
    /// At most `fileLimit` of those that changed between the common ancestor and the head.
    package let files: [File]?

    /// Source: https://docs.github.com/rest/commits/commits#compare-two-commits
    static let fileLimit = 300
}

/// The newest status of each context of a commit.
package struct GitHubCombinedStatus: Decodable, Sendable {
    package struct Status: Decodable, Sendable {
        package let state: String
        package let context: String
        package let targetUrl: String?
        package let updatedAt: Date?

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            state = try container.decode(String.self, forKey: .state)
            context = try container.decode(String.self, forKey: .context)
            targetUrl = try? container.decode(String.self, forKey: .targetUrl)
            updatedAt = (try? container.decode(String.self, forKey: .updatedAt)).flatMap(Date.init(rfc3339:))
        }

        private enum CodingKeys: CodingKey {
            case state, context, targetUrl, updatedAt
        }
    }

    package let statuses: [Status]
}

/// A delivery as GitHub keeps it, for three days.
/// Source: https://docs.github.com/rest/repos/webhooks#list-deliveries-for-a-repository-webhook
package struct GitHubDelivery: Decodable, Sendable {
    package let id: Int
    package let guid: String
    package let event: String
    /// The result, in GitHub's words: `OK`, `failed to connect to host`.
    package let status: String?
    package let statusCode: Int?
    package let deliveredAt: String?

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(Int.self, forKey: .id)
        guid = try container.decode(String.self, forKey: .guid)
        event = try container.decode(String.self, forKey: .event)
        // The result is only shown, so it may be malformed.
        status = try? container.decode(String.self, forKey: .status)
        statusCode = try? container.decode(Int.self, forKey: .statusCode)
        deliveredAt = try? container.decode(String.self, forKey: .deliveredAt)
    }

    private enum CodingKeys: CodingKey {
        case id, guid, event, status, statusCode, deliveredAt
    }
}

/// One delivery with its payload.
package struct GitHubDeliveryDetail: Decodable, Sendable {
    package struct Request: Decodable, Sendable {
        /// nil if they can't be read.
        package let headers: [String: JSONValue]?
        /// nil once GitHub no longer has it.
        package let payload: JSONValue?

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            // The headers are only shown, so they may be malformed.
            headers = try? container.decode([String: JSONValue].self, forKey: .headers)
            payload = try container.decodeIfPresent(JSONValue.self, forKey: .payload)
        }

        private enum CodingKeys: CodingKey {
            case headers, payload
        }
    }

    package let request: Request?
}
