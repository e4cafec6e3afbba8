import ObserverEngine
import Testing

/// One setting with a value on each layer that it has, and how the outcome is read.
struct SettingLayers: Sendable, CustomTestStringConvertible {
    struct File: Sendable {
        let name: String
        let content: String
        let seen: String
    }

    let setting: Setting
    let flag: String
    let variable: String
    var file: File?
    /// Nil: no default, or the setting must be given.
    var fallback: String?
    let seen: @Sendable (Configuration) -> String?

    var testDescription: String { "-\(setting.rawValue)" }

    private static func descriptor(_ key: String, _ value: String, seen: String? = nil) -> File {
        File(name: "dploy.app", content: "app_name: s4d\n\(key): \(value)\n", seen: seen ?? value)
    }

    static let all: [SettingLayers] = [
        SettingLayers(
            setting: .owner, flag: "flagged", variable: "exported",
            file: descriptor("repo_url", "https://github.com/fromfile/s4d", seen: "fromfile")
        ) { $0.branch.repository.owner },
        SettingLayers(
            setting: .repo, flag: "flagged", variable: "exported",
            file: descriptor("repo_url", "https://github.com/mhausenblas/alsofromfile", seen: "alsofromfile")
        ) { $0.branch.repository.name },
        SettingLayers(
            setting: .pat, flag: "flagged", variable: "exported",
            file: File(name: ".pat", content: "  filed\n", seen: "filed")
        ) { $0.gitHub.accessToken.value },
        SettingLayers(
            setting: .branch, flag: "flagged", variable: "exported", file: descriptor("trigger_branch", "filed"),
            fallback: "dcos"
        ) { $0.branch.name },
        SettingLayers(
            setting: .publicNode, flag: "192.0.2.1", variable: "192.0.2.2", file: descriptor("public_node", "192.0.2.3")
        ) { $0.server.publicNode },
        SettingLayers(setting: .publicURL, flag: "https://flagged/x", variable: "http://exported") {
            $0.server.publicURL?.description
        },
        SettingLayers(
            setting: .listen, flag: "127.0.0.1:1", variable: "[::1]:2", fallback: "0.0.0.0:8888"
        ) { $0.server.listen.description },
        SettingLayers(
            setting: .trustedProxy, flag: "10.0.0.0/8", variable: "192.0.2.1, 2001:db8::/32", fallback: ""
        ) { $0.server.trustedProxies.map(\.description).joined(separator: ", ") },
        SettingLayers(
            setting: .gitHubAPI, flag: "https://flagged/api/v3", variable: "https://exported",
            fallback: "https://api.github.com"
        ) { $0.gitHub.api.description },
        SettingLayers(
            setting: .mesosDNS, flag: "http://flagged:1", variable: "http://exported:2",
            fallback: "http://leader.mesos:8123"
        ) { $0.discovery.mesosDNS.description },
        SettingLayers(setting: .marathon, flag: "http://flagged:1", variable: "http://exported:2/service/marathon") {
            $0.marathon.url?.description
        },
        SettingLayers(setting: .registrationDelay, flag: "0", variable: "2", fallback: "30") {
            "\(Int($0.discovery.registrationDelay.seconds))"
        },
        SettingLayers(setting: .deployTimeout, flag: "1", variable: "2", fallback: "600") {
            "\(Int($0.deployment.timeout.seconds))"
        },
        SettingLayers(setting: .deployCommand, flag: "make flagged", variable: "make exported") {
            $0.deployment.commands?.deploy
        },
        SettingLayers(setting: .onFailure, flag: "leave", variable: "rollback", fallback: "rollback") {
            $0.deployment.onFailure == .leave ? "leave" : "rollback"
        },
        SettingLayers(setting: .poll, flag: "0", variable: "2", fallback: "60") {
            "\(Int($0.gitHub.pollInterval.seconds))"
        },
        SettingLayers(setting: .drift, flag: "correct", variable: "ignore", fallback: "report") {
            $0.deployment.drift.response.rawValue
        },
        SettingLayers(setting: .driftIgnore, flag: "/instances", variable: "/mem") {
            $0.deployment.drift.ignored.first
        },
        SettingLayers(setting: .review, flag: "0", variable: "2", fallback: "300") {
            "\(Int($0.gitHub.reviewInterval.seconds))"
        },
        SettingLayers(setting: .keep, flag: "1d,8MiB", variable: "7d,64MiB", fallback: "30d,512MiB") {
            $0.state.retention.description
        },
        SettingLayers(setting: .notify, flag: "https://flagged/hook", variable: "http://exported/hook?key=1") {
            $0.deployment.notify?.whole.value
        },
        SettingLayers(
            setting: .state, flag: "/flagged", variable: "/exported",
            fallback: "/home/me/.local/state/dploy-observer/mhausenblas/s4d/dcos"
        ) { $0.state.directory },
        SettingLayers(setting: .metricsListen, flag: "127.0.0.1:1", variable: "[::1]:2") {
            $0.server.metricsListen?.description
        },
        SettingLayers(setting: .mesosAgentPort, flag: "1", variable: "2", fallback: "5051") {
            "\($0.marathon.agentPort)"
        },
        SettingLayers(setting: .window, flag: "Mon 09:00-16:00 UTC", variable: "Tue 09:00-16:00 UTC", fallback: "") {
            $0.deployment.policy.windows.all.map(\.description).joined(separator: ";")
        },
        SettingLayers(setting: .requireChecks, flag: "flagged", variable: "exported") {
            if case .named(let names) = $0.deployment.policy.checks { names.first } else { nil }
        },
        SettingLayers(setting: .checksTimeout, flag: "1", variable: "2", fallback: "1800") {
            "\(Int($0.deployment.policy.checksTimeout.seconds))"
        },
        SettingLayers(setting: .approve, flag: "always", variable: "changes", fallback: "never") {
            $0.deployment.policy.approval.scope.rawValue
        },
        SettingLayers(setting: .logLevel, flag: "error", variable: "info", fallback: "debug") { "\($0.logLevel)" },
    ]
}
