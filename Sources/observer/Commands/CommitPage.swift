import Foundation
import ObserverEngine

/// Why a commit does or does not run: first the answer, then its pushes and deployments.
struct CommitPage: Report {
    let history: CommitHistory

    func encode(to encoder: any Encoder) throws {
        try history.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        var fields = FieldList()
        let commit = [history.id.shortCommit, history.message].compactMap(\.self).joined(separator: "  ")
        fields.add("commit", commit, .heading)
        fields.add("author", history.author)
        fields.add("state", history.state.rawValue + (history.since.map { " since \($0.rfc3339)" } ?? ""), tint)
        // Without more to say, the state is the answer.
        fields.add("why", history.state == .running && history.answer == "It runs." ? nil : history.answer)
        let pushes = history.deliveries.map { ($0.push, $0.verdict.tint) }
        var deployments: [(String, Tint)] = []
        for row in history.deployments {
            deployments.append((row.sentence(in: style), row.stage.tint))
            if let decisions = row.decisions { deployments.append((decisions, .plain)) }
        }
        for (index, line) in pushes.enumerated() { fields.add(index == 0 ? "push" : "", line.0, line.1) }
        for (index, line) in deployments.enumerated() {
            fields.add(index == 0 ? "deployments" : "", line.0, line.1)
        }
        return fields.lines(in: style)
    }

    private var tint: Tint {
        switch history.state {
        case .running: .good
        case .deployed, .replaced, .skipped, .superseded, .unknown: .plain
        case .deploying, .waiting, .held, .blocked, .cancelled: .caution
        case .failed: .bad
        }
    }
}

extension DeploymentSummary {
    /// The decisions of operators about it: `#4: requested by ann; rules overridden: "hotfix"; approved by bob`, or
    /// `#5: rollback by ann; reason: "slow queries"`. nil without any.
    fileprivate var decisions: String? {
        let request = requestedBy.map { trigger == .operator ? "requested by \($0)" : cause }
        let all = [request, overrideInWords, reasonInWords, approval.map { "approved by \($0.by)" }].compactMap(\.self)
        return all.isEmpty ? nil : "#\(id): \(all.joined(separator: "; "))"
    }
}

extension DeliverySummary {
    /// "2026-11-14T21:06:40Z, delivery 12 ignored: branch main is not watched"
    fileprivate var push: String {
        "\(receivedAt.rfc3339), delivery \(id) \(verdict.rawValue)" + (reason.map { ": \($0)" } ?? "")
    }
}
