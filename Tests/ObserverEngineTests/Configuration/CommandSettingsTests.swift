import ObserverEngine
import Testing

@Suite("The commands of a deployment")
struct CommandSettingsTests {
    private static let others: [Setting] = [
        .planCommand, .healthCommand, .rollbackCommand, .beforeCommand, .afterCommand,
    ]

    private func read(_ flags: [Setting: String], _ environment: [String: String] = [:]) throws -> TargetSettings {
        var reader = ConfigurationReader(
            sources: SettingSources(flags: flags, environment: environment, directory: "/nowhere"))
        return try reader.readTarget()
    }

    @Test("are read from flags and variables")
    func both() throws {
        let flags = Dictionary(uniqueKeysWithValues: Self.others.map { ($0, "flag \($0)") })
        let variables = Dictionary(
            uniqueKeysWithValues: Self.others.compactMap { setting in
                setting.environmentVariable.map { ($0, "variable \(setting)") }
            })
        let deploy = ["DPLOY_OBSERVER_DEPLOY_COMMAND": "make"]
        var expected = CommandSettings(deploy: "make")
        (expected.plan, expected.health, expected.rollback) = (
            "flag planCommand", "flag healthCommand", "flag rollbackCommand"
        )
        (expected.before, expected.after) = ("flag beforeCommand", "flag afterCommand")
        #expect(try read(flags, deploy.merging(variables) { $1 }).commands == expected)
        #expect(try read([:], deploy.merging(variables) { $1 }).commands?.plan == "variable planCommand")
        #expect(try read([:]).commands == nil)
    }

    @Test("are of no use without a deploy command", arguments: others)
    func alone(setting: Setting) throws {
        let error = #expect(throws: ConfigurationError.self) { try read([setting: "true"]) }
        #expect(
            error?.problems.map(\.description) == [
                "-\(setting.rawValue): requires -deploy-command."
            ])
    }
}
