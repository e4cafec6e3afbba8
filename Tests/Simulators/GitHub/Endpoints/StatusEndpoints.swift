import Foundation

extension Endpoint {
    static let statuses: [Endpoint] = [
        Endpoint(.post, "/repos/{owner}/{repo}/statuses/{sha}", .statuses(.write)) { gitHub, call in
            let body = try call.body()
            guard let state = body["state"]?.string, ["error", "failure", "pending", "success"].contains(state) else {
                throw Refusal.invalid([["resource": "Status", "field": "state", "code": "custom"]])
            }
            guard (body["description"]?.string?.count ?? 0) <= 140 else {
                throw Refusal.invalid([
                    [
                        "resource": "Status", "field": "description", "code": "custom",
                        "message": "description is too long (maximum is 140 characters)",
                    ]
                ])
            }
            let sha = call.parameter("sha")
            guard sha.count == 40, try await gitHub.git.resolve(sha) != nil else {
                throw Refusal(422, "No commit found for SHA: \(sha)")
            }
            let status = gitHub.state.change { known in
                let status = GitHubSimulator.CommitStatus(
                    id: known.nextID(),
                    commit: sha,
                    state: state,
                    context: body["context"]?.string ?? "default",
                    description: body["description"]?.string,
                    targetURL: body["target_url"]?.string,
                    createdAt: Date()
                )
                known.statuses.append(status)
                return status
            }
            return .json(call.documents.status(status), status: 201)
        }
    ]
}
