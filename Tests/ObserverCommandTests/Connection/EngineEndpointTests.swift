import ArgumentParser
import ObserverEngine
import TestTraits
import Testing

@testable import observer

@Suite("The endpoint of a command", .onComputingQueue)
struct EngineEndpointTests {
    private func endpoint(_ arguments: [String], environment: [String: String] = ["HOME": "/home/me"]) throws
        -> EngineEndpoint
    {
        let flags = try EngineFlags.parse(arguments)
        return try EngineEndpoint(
            flags.address, settings: flags.location.given, environment: environment, directory: "/d")
    }

    @Test("by default, it is the socket in the state directory of the same settings")
    func state() throws {
        #expect(try endpoint(["-state", "/s"]) == .socket("/s/control.sock"))
        #expect(
            try endpoint(["-owner", "o", "-repo", "r"])
                == .socket("/home/me/.local/state/dploy-observer/o/r/dcos/control.sock"))
        #expect(try endpoint([], environment: ["DPLOY_OBSERVER_STATE": "/e"]) == .socket("/e/control.sock"))
    }

    @Test("-socket is a path, absolute or relative to the directory")
    func socket() throws {
        #expect(try endpoint(["-socket", "/x.sock"]) == .socket("/x.sock"))
        #expect(try endpoint(["-socket", "x.sock"]) == .socket("/d/x.sock"))
    }

    @Test("-url is used with the admin token from the environment")
    func url() throws {
        let url = try ServiceURL("http://host:8849")
        #expect(try endpoint(["-url", "http://host:8849/"]) == .url(url, token: nil))
        #expect(
            try endpoint(["-url", "http://host:8849"], environment: ["DPLOY_OBSERVER_ADMIN_TOKEN": "t"])
                == .url(url, token: Secret("t")))
    }

    @Test("if it is unknown, the error lists the missing settings, and the status is 64")
    func unknown() throws {
        let error = #expect(throws: EngineEndpoint.Unknown.self) { try endpoint([]) }
        #expect(error?.description.contains("DPLOY_OBSERVER_GITHUB_OWNER") == true)
        #expect(try ExitStatus(of: #require(error)) == .usage)
        let malformed = #expect(throws: ValidationError.self) { try endpoint(["-url", "host"]) }
        #expect(try ExitStatus(of: #require(malformed)) == .usage)
    }
}
