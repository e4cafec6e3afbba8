import ObserverEngine
import Simulators
import Testing

@Suite("Access to Marathon")
struct MarathonAccessTests {
    @Test(
        "a user and a password, or a DC/OS token, give access to a Marathon behind a path",
        arguments: [
            (
                MarathonOptions.Authentication.basic(user: "ops", password: "pa:ss wörd"),
                ["DPLOY_MARATHON_USER": "ops", "DPLOY_MARATHON_PASSWORD": "pa:ss wörd"]
            ),
            (.dcosToken("eyJ0.eyJ1.c2ln"), ["DPLOY_MARATHON_TOKEN": "eyJ0.eyJ1.c2ln"]),
        ])
    func credentials(authentication: MarathonOptions.Authentication, environment: [String: String]) async throws {
        var setup = ObserverSetup()
        setup.simulators.marathon.authentication = authentication
        setup.simulators.marathon.pathPrefix = "/service/marathon"
        setup.environment = environment
        try await withObserver(setup) { world in
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            #expect(world.marathon.app("/helloworld") != nil)
            for secret in ["pa:ss wörd", "eyJ0.eyJ1.c2ln"] { #expect(!world.log.contains(secret)) }
        }
    }

    @Test("rejected credentials are not tried again, and the outcome names the settings")
    func refused() async throws {
        var setup = ObserverSetup()
        setup.simulators.marathon.authentication = .basic(user: "ops", password: "secret")
        try await withObserver(setup) { world in
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .failed)
            let outcome = try #require(run.outcome)
            #expect(
                outcome.contains("rejected the credentials (status 401). Set DPLOY_MARATHON_USER and DPLOY_MARATHON_P"),
                "\(outcome)")
            #expect(world.marathon.requests(nil, "/v2/apps*").count == 1)
        }
    }
}
