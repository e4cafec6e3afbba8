import ArgumentParser
import ObserverEngine
import Testing

@testable import observer

@Suite("Which observer a verb talks to")
struct EnginePlaceTests {
    private func place(_ arguments: [String], environment: [String: String] = ["HOME": "/home/me"]) throws
        -> EnginePlace
    {
        try EnginePlace(EngineFlags.parse(arguments), environment: environment, directory: "/d")
    }

    @Test("the socket in the state directory of the same settings, where nothing else is said")
    func state() throws {
        #expect(try place(["-state", "/s"]) == .socket("/s/control.sock"))
        #expect(
            try place(["-owner", "o", "-repo", "r"])
                == .socket("/home/me/.local/state/dploy-observer/o-r-dcos/control.sock"))
        #expect(try place([], environment: ["DPLOY_OBSERVER_STATE": "/e"]) == .socket("/e/control.sock"))
    }

    @Test("a socket that is named")
    func socket() throws {
        #expect(try place(["-socket", "/x.sock"]) == .socket("/x.sock"))
        #expect(try place(["-socket", "x.sock"]) == .socket("/d/x.sock"))
    }

    @Test("an address, with the token of the environment")
    func url() throws {
        let url = try ServiceURL("http://host:8849")
        #expect(try place(["-url", "http://host:8849/"]) == .url(url, token: nil))
        #expect(
            try place(["-url", "http://host:8849"], environment: ["DPLOY_OBSERVER_ADMIN_TOKEN": "t"])
                == .url(url, token: Secret("t")))
    }

    @Test("where nothing says which one, the sentence names what is missing, and the status is that of wrong usage")
    func unknown() throws {
        let error = #expect(throws: EnginePlace.Unknown.self) { try place([]) }
        #expect(error?.description.contains("DPLOY_OBSERVER_GITHUB_OWNER") == true)
        #expect(try ExitStatus(of: #require(error)) == .usage)
        let malformed = #expect(throws: ValidationError.self) { try place(["-url", "host"]) }
        #expect(try ExitStatus(of: #require(malformed)) == .usage)
    }
}
