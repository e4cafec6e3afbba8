import Foundation
import Simulators
import Testing

@testable import ObserverEngine

/// Clients behind a real proxy. The hosts have names, since addresses of this machine are never reached through a proxy.
@Suite("Requests through a proxy")
struct ProxyTests {
    private static let basic = "Basic " + "me:swordfish".base64

    private func network(_ proxy: String) -> NetworkSettings {
        var invalid: [ProxyRules.Invalid] = []
        var network = NetworkSettings()
        network.proxies = ProxyRules(environment: ["http_proxy": proxy, "https_proxy": proxy], invalid: &invalid)
        #expect(invalid == [])
        return network
    }

    @Test("name the whole URL and carry the proxy's credentials, which the server does not get")
    func plain() async throws {
        try await withSimulators { simulators in
            let server = simulators.mesosDNS
            server.inject(Fault(.get, "/x", effect: .status(200, body: "[1]")))
            try await withProxy(ports: [80: server.server.port], requiring: Self.basic) { proxy in
                try await withEngineHTTP(network("http://me:swordfish@127.0.0.1:\(proxy.port)")) { http in
                    let json = JSONClient(http: http, base: try ServiceURL("http://dns.test"))
                    let response = try await json.send(JSONRequest(.get, "/x", query: [("a", "b")]))
                    #expect(String(decoding: response.body, as: UTF8.self) == "[1]")
                    #expect(
                        proxy.requests.value == [
                            .init(method: "GET", target: "http://dns.test/x?a=b", authorization: Self.basic)
                        ])
                    let headers = server.requests().first?.headers
                    #expect(headers?["Host"] == "dns.test")
                    #expect(headers?["Proxy-Authorization"] == nil)
                }
            }
        }
    }

    @Test("with wrong credentials fail with the proxy as the cause")
    func refused() async throws {
        try await withProxy(requiring: Self.basic) { proxy in
            for url in ["http://dns.test", "https://dns.test"] {
                try await withEngineHTTP(network("http://me:wrongfish@127.0.0.1:\(proxy.port)")) { http in
                    let json = JSONClient(http: http, base: try ServiceURL(url))
                    let error = await #expect(throws: TransportError.self) {
                        try await json.send(JSONRequest(.get, "/x"))
                    }
                    #expect(
                        error?.description
                            == "Can't reach \(url)/x through the proxy \(proxy.url): the proxy requires a user "
                            + "and password (407); put them into its URL.")
                }
            }
        }
    }

    @Test("fail with the proxy as the cause if it is not reachable, or can't connect")
    func unreachable() async throws {
        try await withEngineHTTP(network("http://me:swordfish@127.0.0.1:1")) { http in
            let json = JSONClient(http: http, base: try ServiceURL("https://api.test"))
            let error = await #expect(throws: TransportError.self) { try await json.send(JSONRequest(.get, "/x")) }
            #expect(
                error?.description
                    == "Can't reach https://api.test/x through the proxy http://127.0.0.1:1: connection refused.")
            #expect(error?.detail == "connection refused (proxy http://127.0.0.1:1)")
        }
        try await withProxy(ports: [443: 1]) { proxy in
            try await withEngineHTTP(network(proxy.url)) { http in
                let json = JSONClient(http: http, base: try ServiceURL("https://api.test"))
                let error = await #expect(throws: TransportError.self) { try await json.send(JSONRequest(.get, "/x")) }
                #expect(error?.detail == "the proxy refuses to connect to it (proxy \(proxy.url))")
            }
        }
    }

    @Test("reach GitHub, its archive, Mesos-DNS, Marathon and the receiver of notifications")
    func everything() async throws {
        try await withSimulators { simulators in
            let receiver = simulators.mesosDNS
            try await withProxy(requiring: Self.basic) { proxy in
                let setup = ObserverSetup { setup in
                    setup.environment["HTTP_PROXY"] = "http://me:swordfish@127.0.0.1:\(proxy.port)"
                    setup.flags[.gitHubAPI] = "http://github.test:\(simulators.gitHub.server.port)"
                    setup.flags[.mesosDNS] = "http://dns.test:\(simulators.mesosDNS.server.port)"
                    setup.flags[.marathon] = "http://marathon.test:\(simulators.marathon.server.port)"
                    setup.flags[.notify] = "http://chat.test:\(receiver.server.port)/chat"
                }
                try await withObserver(setup, in: simulators) { world in
                    _ = try await world.deploy(["specs/helloworld.json": "{"])
                    _ = try await receiver.request { $0.request.path == "/chat" }
                    #expect(try await world.deploy(Files.helloWorld).stage == .succeeded)
                    #expect(!world.log.contains("swordfish"))
                    #expect(world.log.contains("Requests to http URLs go through the proxy \(proxy.url), except"))
                    let finding = try await withEngineHTTP(world.configuration.network) { http in
                        try await Doctor(
                            configuration: .success(world.configuration), environment: [:], http: http, observer: nil
                        ).run()
                            .first { $0.check == .proxy }
                    }
                    #expect(
                        finding?.text == "GitHub, Mesos-DNS, Marathon and notifications through \(proxy.url)")
                }
                let hosts = Set(proxy.requests.value.compactMap { URL(string: $0.target)?.host })
                #expect(hosts.isSuperset(of: ["github.test", "dns.test", "marathon.test", "chat.test"]))
            }
        }
    }
}
