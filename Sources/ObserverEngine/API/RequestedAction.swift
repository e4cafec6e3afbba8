import Foundation
import Hummingbird

/// The action in the body of `POST /v1/actions`: exactly as docs/api.yaml describes it.
enum RequestedAction {
    /// Each action with its members: those of the cases of `ControlAction`.
    static let members: [String: Set<String>] = [
        "register": [], "removeHook": ["id"], "ping": [], "deploy": ["commit", "force", "override", "seenHead"],
        "rollback": ["deployment", "seenCurrent", "until", "reason"], "replay": ["delivery"],
        "pause": ["reason", "until"], "resume": ["ending"], "cancel": ["deployment"], "acceptRepository": ["id"],
        "approve": ["deployment", "plan"], "reject": ["deployment", "reason"],
    ]

    /// - Throws: `ControlError`
    static func action(in body: RequestBody) async throws -> ControlAction {
        try action(in: try await JSONObjectBody.read(body))
    }

    /// - Throws: `ControlError`
    static func action(in data: Data) throws -> ControlAction {
        let body = try JSONObjectBody(data)
        guard let (name, content) = body.members.first, body.members.count == 1, let known = members[name] else {
            throw ControlError.malformed(
                "The body must be an object with one member, one of \(members.keys.sorted().joined(separator: ", ")).")
        }
        guard let content = content.object else {
            throw ControlError.malformed("\(name) must be an object, not \(content.kind).")
        }
        try JSONObjectBody.check(content, of: name, known: known)
        return try body.decode(ControlAction.self)
    }
}

/// The commit in the body of `POST /v1/plan`.
enum RequestedPlan {
    /// An empty body asks for the head of the branch.
    /// - Throws: `ControlError`
    static func plan(of request: Request) async throws -> PlanRequest {
        try JSONObjectBody.checkType(of: request)
        let data = try await JSONObjectBody.read(request.body)
        if data.isEmpty { return PlanRequest() }
        let body = try JSONObjectBody(data)
        try JSONObjectBody.check(body.members, of: "The plan", known: ["ref"])
        return try body.decode(PlanRequest.self)
    }
}
