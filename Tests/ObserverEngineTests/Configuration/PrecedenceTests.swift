import ObserverEngine
import Testing

@Suite("Flag over environment over file over default")
struct PrecedenceTests {
    @Test("the flag overrides everything", arguments: SettingLayers.all)
    func flag(layers: SettingLayers) throws {
        #expect(try layers.outcome(flag: true, variable: true, file: true) == layers.flag)
    }

    @Test("the variable overrides file and default", arguments: SettingLayers.all)
    func variable(layers: SettingLayers) throws {
        #expect(try layers.outcome(flag: false, variable: true, file: true) == layers.variable)
    }

    @Test(
        "the file in the working directory overrides the default",
        arguments: SettingLayers.all.filter { $0.file != nil })
    func file(layers: SettingLayers) throws {
        #expect(try layers.outcome(flag: false, variable: false, file: true) == layers.file?.seen)
    }

    @Test(
        "a setting that is not set has its default",
        arguments: SettingLayers.all.filter { ![.owner, .repo, .pat].contains($0.setting) })
    func fallback(layers: SettingLayers) throws {
        #expect(try layers.outcome(flag: false, variable: false, file: false) == layers.fallback)
    }

    @Test(
        "an empty flag or variable is ignored, as in a template that was not filled in",
        arguments: SettingLayers.all)
    func empty(layers: SettingLayers) throws {
        var given = layers.given(flag: false, variable: true, file: false)
        given.flags[layers.setting] = ""
        #expect(try layers.seen(given.read()) == layers.variable)
        given = layers.given(flag: true, variable: false, file: false)
        given.environment[try #require(layers.setting.environmentVariable)] = ""
        #expect(try layers.seen(given.read()) == layers.flag)
    }

    @Test("every setting is in the table or has its own test")
    func complete() {
        let own: Set<Setting> = [
            .patFile, .noCommitStatus, .prune, .plain, .webhookSecret, .marathonUser, .marathonPassword, .marathonToken,
            .marathonUserFile, .marathonPasswordFile, .marathonTokenFile, .adminToken, .tlsCertificate, .tlsKey,
            .gitHubAddressesOnly, .caFile, .planCommand, .healthCommand, .rollbackCommand, .beforeCommand,
            .afterCommand, .paths, .target, .composeFile, .composeProject, .composeCommand, .tokens, .token,
            .approveOthers,
        ]
        #expect(Set(SettingLayers.all.map(\.setting)).union(own) == Set(Setting.allCases))
    }
}

extension SettingLayers {
    fileprivate func given(flag: Bool, variable: Bool, file: Bool) -> GivenSettings {
        var given = GivenSettings.sufficient
        let name = setting.environmentVariable ?? ""
        if flag { given.flags[setting] = self.flag }
        if variable {
            given.environment[name] = self.variable
        } else if file {
            given.environment[name] = nil
        }
        if file, let file = self.file { given.files[file.name] = file.content }
        return given
    }

    fileprivate func outcome(flag: Bool, variable: Bool, file: Bool) throws -> String? {
        try seen(given(flag: flag, variable: variable, file: file).read())
    }
}
