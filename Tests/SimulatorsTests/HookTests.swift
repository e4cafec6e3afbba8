import Simulators
import Testing

@Suite("Simulated GitHub: webhooks")
struct HookTests {
    private func creation(url: String, secret: String? = "s3cret") -> JSON {
        var config: JSON = ["url": .string(url), "content_type": "json", "insecure_ssl": "0"]
        if let secret { config["secret"] = .string(secret) }
        return ["name": "web", "active": true, "events": ["push"], "config": config]
    }

    @Test("a new hook receives a signed ping, and its response is recorded")
    func creationPings() async throws {
        try await withSimulators { world in
            let gitHub = world.gitHub
            // Mesos-DNS serves as the receiver here: it responds to a POST with 405 unless a fault replaces that.
            let receiver = world.mesosDNS
            receiver.inject(Fault(.post, "/dploy", effect: .status(200)))
            let created = try await gitHub.client.send(
                .post, "\(gitHub.path)/hooks", creation(url: receiver.url + "/dploy"))
            #expect(created.status == 201)
            #expect(created.json["config"]?["secret"] == "********")
            #expect(created.json["last_response"]?["status"] == "unused")
            let ping = try await receiver.request(.post, "/dploy")
            #expect(ping.headers["X-GitHub-Event"] == "ping")
            #expect(ping.headers["X-Hub-Signature-256"]?.hasPrefix("sha256=") == true)
            #expect(ping.json["hook_id"] == created.json["id"])
            try await gitHub.waitForDelivery(of: "ping")
            let hook = try #require(gitHub.hooks().first)
            #expect(hook.lastResponse.code == 200)
            #expect(gitHub.violations() == [])
        }
    }

    @Test("a PATCH whose config has no secret erases it; a PATCH of only the config keeps it")
    func secretErasure() async throws {
        try await withSimulators { world in
            let gitHub = world.gitHub
            let hook = gitHub.addHook(url: "http://127.0.0.1:1/dploy", secret: "s3cret")
            let path = "\(gitHub.path)/hooks/\(hook.id)"
            let kept = try await gitHub.client.send(.patch, "\(path)/config", ["url": "http://127.0.0.1:2/dploy"])
            #expect(kept.json["secret"] == "********")
            #expect(gitHub.hooks().first?.secret == "s3cret")
            let config: JSON = ["config": ["url": "http://127.0.0.1:2/dploy", "content_type": "json"]]
            let erased = try await gitHub.client.send(.patch, path, config)
            #expect(erased.status == 200)
            #expect(erased.json["config"]?["secret"] == nil)
            #expect(gitHub.hooks().first?.secret == nil)
            #expect(gitHub.violations() == [])
        }
    }

    @Test("invalid hooks are rejected with GitHub's messages")
    func refusals() async throws {
        var options = SimulatorOptions()
        options.gitHub.refusesLoopback = true
        try await withSimulators(options) { world in
            let gitHub = world.gitHub
            let loopback = try await gitHub.client.send(
                .post, "\(gitHub.path)/hooks", creation(url: "http://localhost/dploy"))
            #expect(loopback.status == 422)
            #expect(
                loopback.json["errors"]?[0]?["message"]
                    == "url is not supported because it isn't reachable over the public Internet (localhost)")
            gitHub.addHook(url: "http://52.37.239.156:8849/dploy")
            let twice = try await gitHub.client.send(
                .post, "\(gitHub.path)/hooks", creation(url: "http://52.37.239.156:8849/dploy"))
            #expect(twice.json["errors"]?[0]?["message"] == "Hook already exists on this repository")
            for number in 1..<20 { gitHub.addHook(url: "http://example.com/\(number)") }
            let many = try await gitHub.client.send(
                .post, "\(gitHub.path)/hooks", creation(url: "http://example.com/0"))
            #expect(many.json["errors"]?[0]?["message"] == "The \"push\" event cannot have more than 20 hooks")
            #expect(gitHub.violations() == [])
        }
    }

    @Test("hooks are listed in linked pages")
    func pages() async throws {
        try await withSimulators { world in
            let gitHub = world.gitHub
            for number in 1...5 { gitHub.addHook(url: "http://example.com/\(number)") }
            let first = try await gitHub.client.send(.get, "\(gitHub.path)/hooks?per_page=2")
            #expect(first.json.array?.count == 2)
            let link = try #require(first.headers["Link"])
            #expect(link.contains("?per_page=2&page=2>; rel=\"next\""))
            #expect(link.contains("?per_page=2&page=3>; rel=\"last\""))
            let last = try await gitHub.client.send(.get, "\(gitHub.path)/hooks?per_page=2&page=3")
            #expect(last.json.array?.count == 1)
            #expect(last.headers["Link"]?.contains("rel=\"next\"") == false)
        }
    }

    @Test("a push is delivered to a mapped address, recorded, listed newest first, and redelivered")
    func deliveries() async throws {
        try await withSimulators { world in
            let gitHub = world.gitHub
            let receiver = world.mesosDNS
            receiver.inject(Fault(.post, "/dploy", effect: .status(202, body: #"{"verdict":"accepted"}"#)))
            gitHub.mapAddress("52.37.239.156:8849", to: String(receiver.url.dropFirst("http://".count)))
            let hook = gitHub.addHook(url: "http://52.37.239.156:8849/dploy", secret: "s3cret")
            let push = try await gitHub.push(files: ["specs/a.json": "{}"], message: "Add a")
            #expect(push.answer?.status == 202)
            #expect(push.answer?.json["verdict"] == "accepted")
            let received = try #require(receiver.requests(.post, "/dploy").first)
            #expect(received.headers["Host"] == "52.37.239.156:8849")
            #expect(received.headers["X-GitHub-Hook-ID"] == "\(hook.id)")
            #expect(received.json["after"]?.string == push.after)
            #expect(received.json["commits"]?[0]?["added"] == ["specs/a.json"])

            let again = try #require(await gitHub.redeliver(push.guid))
            #expect(again.isRedelivery)
            #expect(
                receiver.requests(.post, "/dploy").map { $0.headers["X-GitHub-Delivery"] } == [push.guid, push.guid])

            let list = try await gitHub.client.send(.get, "\(gitHub.path)/hooks/\(hook.id)/deliveries?per_page=1")
            #expect(list.json[0]?["redelivery"] == true)
            #expect(list.json[0]?["status_code"] == 202)
            let next = try #require(list.headers["Link"]?.split(separator: ">").first?.dropFirst())
            let older = try await Client(base: "", headers: gitHub.client.headers).send(.get, String(next))
            #expect(older.json[0]?["redelivery"] == false)
            let id = try #require(older.json[0]?["id"]?.integer)
            let one = try await gitHub.client.send(.get, "\(gitHub.path)/hooks/\(hook.id)/deliveries/\(id)")
            #expect(one.json["request"]?["payload"]?["after"]?.string == push.after)
            #expect(one.json["request"]?["headers"]?["X-GitHub-Delivery"]?.string == push.guid)
            #expect(one.json["response"]?["payload"] == #"{"verdict":"accepted"}"#)
            #expect(gitHub.violations() == [])
        }
    }

    @Test("a form hook encodes the payload; an unreachable receiver is a failed delivery")
    func formAndFailure() async throws {
        try await withSimulators { world in
            let receiver = world.mesosDNS
            receiver.inject(Fault(.post, "/dploy", effect: .status(200)))
            world.gitHub.addHook(url: receiver.url + "/dploy", contentType: "form")
            world.gitHub.addHook(url: "http://127.0.0.1:1/dploy")
            let push = try await world.gitHub.push(files: ["a": "1"])
            let received = try #require(receiver.requests(.post, "/dploy").first)
            #expect(received.headers["Content-Type"] == "application/x-www-form-urlencoded")
            #expect(received.text.hasPrefix("payload=%7B"))
            #expect(received.headers["X-Hub-Signature-256"] == nil)
            #expect(push.deliveries.map(\.outcome).last == .connectionFailed)
            #expect(world.gitHub.hooks().last?.lastResponse.message == "failed to connect to host")
        }
    }
}
