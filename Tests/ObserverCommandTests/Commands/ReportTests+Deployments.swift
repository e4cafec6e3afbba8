import Foundation
import ObserverEngine
import Testing

@testable import observer

/// Deployments, their outcome and their retries.
extension ReportTests {
    @Test("deployments have a stage, a duration and an outcome")
    func deployments() {
        let list = DeploymentList(rows: [
            DeploymentSummary(
                id: 8, branch: "dcos", commit: String(repeating: "b", count: 40), trigger: .operator, stage: .waiting,
                queuedAt: Self.ago(20)
            ) {
                $0.message = "Change the specs"
                $0.startedAt = Self.ago(18)
            },
            DeploymentSummary(
                id: 7, branch: "dcos", commit: String(repeating: "a", count: 40), trigger: .delivery, stage: .succeeded,
                queuedAt: Self.ago(4000)
            ) {
                $0.author = "Ann"
                $0.startedAt = Self.ago(4000)
                $0.finishedAt = Self.ago(3876)
                $0.outcome = "2 updated, 1 unchanged"
            },
        ])
        #expect(
            list.lines(in: style) == [
                "ID  QUEUED    STAGE      COMMIT   MESSAGE           TRIGGER    TOOK  AUTHOR  DETAILS",
                " 8  20 s ago  waiting    bbbbbbb  Change the specs  operator   18 s",
                " 7  1h ago    succeeded  aaaaaaa                    push      2m 4s  Ann     2 updated, 1 unchanged",
            ])
    }

    @Test("a long name does not push the other columns off a terminal, and is complete in a file")
    func longNames() {
        let name = String(repeating: "n", count: 100)
        let list = DeploymentList(rows: [
            DeploymentSummary(
                id: 8, branch: "dcos", commit: String(repeating: "b", count: 40), trigger: .rollback, stage: .failed,
                queuedAt: Self.ago(20)
            ) {
                $0.author = name
                $0.requestedBy = name
                $0.outcome = "unhealthy"
            }
        ])
        let terminal = list.lines(in: TextStyle(width: 120, now: Self.now))
        #expect(terminal.allSatisfy { $0.count <= 120 } && terminal[1].hasSuffix("…  unhealthy"), "\(terminal)")
        #expect(list.lines(in: style)[1].contains(name))
    }

    @Test("a deployment that overrides the rules shows that, and so does its action")
    func override() {
        let row = DeploymentSummary(
            id: 8, branch: "dcos", commit: String(repeating: "b", count: 40), trigger: .operator, stage: .succeeded,
            queuedAt: Self.ago(20)
        ) {
            $0.override = "hotfix"
            $0.outcome = "1 updated"
        }
        #expect(DeploymentList(rows: [row]).lines(in: style)[1].hasSuffix(#"  rules overridden: "hotfix"; 1 updated"#))
        let entry = AuditEntry(
            of: .deploy(commit: nil, force: false, override: "hotfix"),
            by: Operator(name: "ann", role: .operate, origin: "192.0.2.1"), at: Self.now)
        #expect(AuditList(rows: [entry]).lines(in: style)[1].hasSuffix(#"  rules overridden: "hotfix""#))
    }

    @Test("the stage of a deployment is not repeated by its outcome")
    func sentence() {
        let row = DeploymentSummary(
            id: 2, branch: "dcos", commit: String(repeating: "a", count: 40), trigger: .delivery, stage: .superseded,
            queuedAt: Self.ago(20)
        ) {
            $0.finishedAt = Self.ago(8)
            $0.outcome = "superseded by deployment 3 (bbbbbbb)"
        }
        #expect(row.sentence(in: style) == "#2 of aaaaaaa superseded, 8 s ago: by deployment 3 (bbbbbbb)")
    }

    @Test("a failure that is retried names the retry and when it starts")
    func retried() throws {
        let row = { (id: Int64, stage: DeploymentSummary.Stage) in
            DeploymentSummary(
                id: id, branch: "dcos", commit: String(repeating: "a", count: 40), trigger: .delivery, stage: stage,
                queuedAt: Self.ago(20))
        }
        var failed = row(3, .failed)
        failed.outcome = "Marathon is unreachable. Nothing was applied."
        let end = "Deployment 3 of aaaaaaa failed: Marathon is unreachable. Nothing was applied."
        #expect(DeploymentNotSucceeded(deployment: failed).description == end)
        failed.retry = 4
        let sentence = "\(end) It is retried as deployment 4"
        var retry = row(4, .queued)
        (retry.attempt, retry.notBefore) = (2, Self.now + 30)
        #expect(
            DeploymentNotSucceeded(deployment: failed, retry: retry, now: Self.now).description
                == "\(sentence) (retry 1, starts in 30 s): follow it with 'observer logs 4 -f'.")
        #expect(
            DeploymentNotSucceeded(deployment: failed).description
                == "\(sentence): follow it with 'observer logs 4 -f'.")
        var result = ActionResult(ActionAnswer("Done.", deployment: 3))
        (result.retry, result.retryAt) = (4, Self.now)
        #expect(
            try OutputFormat.json.text(of: result)
                == #"{"deployment":3,"result":"Done.","retry":4,"retryAt":"2023-11-14T22:13:20.000Z"}"# + "\n")
    }
}
