import ObserverEngine
import Testing

@Suite("Errors about settings show no secrets")
struct SettingsSecrecyTests {
    @Test(
        "a URL with a password is rejected without showing it",
        arguments: [
            "http://me:swordfish@marathon:8080", "http://swordfish@marathon", "http://me:swordfish@marathon:99999",
            "htp://me:swordfish@marathon", "http://me:sword/swordfish@marathon", "http://me:swordfish@",
            "http://marathon/?token=swordfish", "http://marathon/#swordfish", "me:swordfish@marathon",
        ])
    func address(text: String) throws {
        for setting in [Setting.marathon, .gitHubAPI, .mesosDNS, .publicURL] {
            var given = GivenSettings.sufficient
            given.flags[setting] = text
            let error = #expect(throws: ConfigurationError.self) { try given.read() }
            #expect(error?.description.contains("swordfish") == false, "\(error?.description ?? "")")
            #expect(error?.problems.map(\.source) == ["-\(setting.rawValue)"])
        }
    }

    @Test(
        "a password in repo_url is not shown",
        arguments: ["https://me:swordfish@github.com/s4d", "https://swordfish@github.com"])
    func repositoryURL(text: String) throws {
        var given = GivenSettings.sufficient
        given.files["dploy.app"] = "repo_url: \(text)\n"
        let error = #expect(throws: ConfigurationError.self) { try given.read() }
        #expect(error?.description.contains("swordfish") == false, "\(error?.description ?? "")")
    }

    @Test("an invalid token is not shown", arguments: ["sword fish", "sword\nfish", "swordfish\u{E9}"])
    func token(text: String) throws {
        var given = GivenSettings.sufficient
        given.flags[.pat] = text
        let error = #expect(throws: ConfigurationError.self) { try given.read() }
        #expect(error?.description.contains("sword") == false)
    }

    @Test("credentials for Marathon are not shown")
    func credentials() throws {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_MARATHON_PASSWORD"] = "swordfish"
        given.environment["DPLOY_MARATHON_TOKEN"] = "swordfish"
        let error = #expect(throws: ConfigurationError.self) { try given.read() }
        #expect(error?.description.contains("swordfish") == false)
    }

    @Test("a configuration can be printed, even by reflection")
    func reflection() throws {
        var given = GivenSettings.sufficient
        given.environment["DPLOY_MARATHON_TOKEN"] = "swordfishswordfish"
        given.environment["DPLOY_OBSERVER_WEBHOOK_SECRET"] = "swordfishswordfish"
        let configuration = try given.read()
        var dumped = "\(configuration) \(String(reflecting: configuration))"
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("swordfishswordfish"))
        #expect(!dumped.contains(configuration.gitHub.accessToken.value))
        #expect(dumped.contains("4**************************************c"))
    }
}
