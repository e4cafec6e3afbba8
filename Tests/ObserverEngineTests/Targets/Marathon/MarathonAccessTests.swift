import Foundation
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

    @Test("rejected credentials are not retried in the same attempt, and the outcome names the settings")
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
            // One for the decisions of operators, one for the deployment.
            #expect(world.marathon.requests(nil, "/v2/apps*").count == 2)
        }
    }

    @Test("a commit that failed because Marathon rejected credentials from variables is retried like any other one")
    func retried() async throws {
        var setup = ObserverSetup()
        setup.simulators.marathon.authentication = .basic(user: "ops", password: "the-password")
        setup.environment = ["DPLOY_MARATHON_USER": "ops", "DPLOY_MARATHON_PASSWORD": "the-password"]
        setup.retryDelay = .seconds(1)
        try await withObserver(setup) { world in
            try await world.engine { $0.decisions != .pending }
            world.marathon.inject(Fault(nil, "/v2/*", effect: .status(401)))
            let push = try await world.gitHub.push(files: Files.helloWorld)
            let failed = try await world.deployment(of: push.after, in: .failed)
            #expect(failed.retry != nil && failed.outcome?.contains("rejected the credentials (status 401)") == true)
            world.marathon.clearFaults()
            #expect(try await world.deployment(of: push.after, in: .succeeded).request.attempt > 1)
        }
    }

    @Test("a token in a file is replaced while a deployment waits for it")
    func tokenFile() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let file = directory + "/token"
        try Data("expired-token-0001\n".utf8).write(to: URL(filePath: file))
        var setup = ObserverSetup()
        setup.simulators.marathon.authentication = .dcosToken("renewed-token-0002")
        setup.environment["DPLOY_MARATHON_TOKEN_FILE"] = file
        try await withObserver(setup) { world in
            let push = try await world.gitHub.push(files: Files.helloWorld)
            let waiting = try await world.deployment(of: push.after) { $0.trouble != nil }
            #expect(waiting.trouble == "Marathon rejects the credentials: status 401")
            try Data(" renewed-token-0002\n".utf8).write(to: URL(filePath: file))
            try await world.deployment(of: push.after, in: .succeeded)
            #expect(!world.log.contains("token-000"))
        }
    }

    @Test("user and password in files are read again, too")
    func passwordFile() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (user, password) = (directory + "/user", directory + "/password")
        try Data("ops".utf8).write(to: URL(filePath: user))
        try Data("an old password".utf8).write(to: URL(filePath: password))
        var setup = ObserverSetup()
        setup.simulators.marathon.authentication = .basic(user: "deployer", password: "a new password")
        setup.environment["DPLOY_MARATHON_USER_FILE"] = user
        setup.environment["DPLOY_MARATHON_PASSWORD_FILE"] = password
        try await withObserver(setup) { world in
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.deployment(of: push.after) { $0.trouble != nil }
            try Data("deployer".utf8).write(to: URL(filePath: user))
            try Data("a new password".utf8).write(to: URL(filePath: password))
            try await world.deployment(of: push.after, in: .succeeded)
        }
    }
}
