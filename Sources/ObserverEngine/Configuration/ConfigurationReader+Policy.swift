import Foundation

/// The rules that decide when a push may be deployed.
extension ConfigurationReader {
    mutating func readPolicy() -> DeploymentPolicy {
        var policy = DeploymentPolicy()
        policy.windows = readWindows()
        policy.checks = readChecks()
        policy.checksTimeout = settings.seconds(.checksTimeout, atLeast: 1)
        policy.approval = readApprovalRule()
        return policy
    }

    private mutating func readApprovalRule() -> ApprovalRule {
        let rule = ApprovalRule(readApproval(), isByOthers: settings.isOn(.approveOthers, ifVariableIs: "on"))
        if rule.isByOthers, rule.scope == .never, let found = sources.given(.approveOthers) {
            settings.report(found.source, "has no effect without -approve always or -approve changes.")
        }
        return rule
    }

    /// Several windows are separated by semicolons.
    private mutating func readWindows() -> DeployWindows {
        guard let found = sources.given(.window) else { return DeployWindows() }
        var windows: [DeployWindow] = []
        for part in found.text.split(separator: ";") {
            let text = part.trimmingCharacters(in: .whitespaces)
            do throws(DeployWindow.Malformed) {
                windows.append(try DeployWindow(text))
            } catch {
                settings.report(found.source, "'\(text)' \(error).")
            }
        }
        let all = DeployWindows(windows)
        if all.opening(from: Date()) == nil {
            settings.report(found.source, "the windows never allow a deployment.")
        }
        return all
    }

    private mutating func readChecks() -> RequiredChecks {
        guard let found = sources.given(.requireChecks) else { return .off }
        if let checks = RequiredChecks(found.text) { return checks }
        settings.report(
            found.source,
            "must be one of off, all and required, or the names of checks separated by commas, not '\(found.text)'.")
        return .off
    }

    private mutating func readApproval() -> ApprovalRule.Scope {
        guard let found = sources.given(.approve) else { return .never }
        if let scope = ApprovalRule.Scope(rawValue: found.text.lowercased()) { return scope }
        settings.report(found.source, found.text, insteadOf: ["never", "always", "changes"])
        return .never
    }
}
