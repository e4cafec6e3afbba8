import Foundation
import Simulators
import Testing

/// A failure in the environment of the observer.
struct Incident: Sendable {
    let name: String
    let trigger: @Sendable (Simulators, PushStream) async throws -> Void

    init(_ name: String, _ trigger: @escaping @Sendable (Simulators, PushStream) async throws -> Void) {
        self.name = name
        self.trigger = trigger
    }

    static let garbage = "<html><body>It works!</body></html>"

    /// The ways any server can fail a request.
    static let effects: [(String, Fault.Effect)] = [
        ("500", .status(500)), ("502 from a proxy", .status(502, body: garbage)), ("503", .status(503)),
        ("slow", .delay(.seconds(1))), ("reset", .reset), ("response lost", .loseAnswer),
        ("reset midway", .resetMidway),
        ("truncated", .truncate), ("web page", .body(garbage, type: "text/html")), ("corrupt", .body(#"{"id":"#)),
    ]
}

extension Incident {
    static let gitHub: [Incident] = gitHubAPI + limits + archives + changedHooks + deliveries

    private static let gitHubAPI = effects.flatMap { name, effect in
        [
            Incident("GitHub: \(name)") { servers, _ in
                servers.gitHub.inject(Fault(.get, "/repos/*", times: 2, effect: effect))
            },
            Incident("GitHub statuses: \(name)") { servers, _ in
                servers.gitHub.inject(Fault(.post, "/repos/*", times: 1, effect: effect))
            },
        ]
    }

    private static let limits = [
        Incident("secondary rate limit") { servers, _ in
            servers.gitHub.inject(.secondaryRateLimit(retryAfter: 1))
        },
        Incident("429 with Retry-After") { servers, _ in
            servers.gitHub.inject(.secondaryRateLimit(retryAfter: 1, status: 429, times: 3))
        },
        Incident("rate limit exhausted") { servers, _ in
            servers.gitHub.setRateLimit(.init(limit: 1_000_000, remaining: 0, reset: Date(timeIntervalSinceNow: 1)))
        },
        Incident("token revoked and restored") { servers, pushes in
            servers.gitHub.revokeToken(GitHubSimulator.Token.standard.value)
            try await pushes.push()
            try await Task.sleep(for: .milliseconds(600))
            servers.gitHub.addToken(.standard)
        },
    ]

    private static let archives = effects.map { name, effect in
        Incident("archives: \(name)") { servers, _ in
            servers.gitHub.codeload.inject(Fault(.get, "/*", times: 1, effect: effect))
        }
    }

    private static let changedHooks =
        [
            Incident("webhook deleted") { servers, _ in
                for hook in servers.gitHub.hooks() { servers.gitHub.deleteHook(hook.id) }
            }
        ]
        + edits.map { name, edit in
            Incident("webhook \(name)") { servers, _ in
                for hook in servers.gitHub.hooks() { servers.gitHub.editHook(hook.id, edit) }
            }
        }

    private static let edits: [(String, @Sendable (inout GitHubSimulator.Hook) -> Void)] = [
        ("secret changed", { $0.secret = "another" }), ("secret removed", { $0.secret = nil }),
        ("deactivated", { $0.isActive = false }), ("URL changed", { $0.url = "http://127.0.0.1:1/dploy" }),
        ("content type changed", { $0.contentType = "form" }), ("events changed", { $0.events = ["issues"] }),
        ("events set to all", { $0.events = ["*"] }),
    ]

    private static let deliveries = [
        Incident("duplicate delivery") { servers, pushes in
            if let last = pushes.all.last { _ = await servers.gitHub.redeliver(last.guid) }
        },
        Incident("late delivery of an old push") { servers, pushes in
            if let first = pushes.all.first {
                _ = await servers.gitHub.deliver(event: "push", payload: first.payload)
            }
        },
        Incident("deliveries out of order") { _, pushes in
            let held = try await pushes.push(deliver: false)
            try await pushes.push()
            await pushes.deliver(held)
        },
        Incident("delayed delivery") { _, pushes in
            let held = try await pushes.push(deliver: false)
            try await Task.sleep(for: .milliseconds(700))
            await pushes.deliver(held)
        },
        Incident("forged delivery") { servers, _ in
            let outcome = await servers.gitHub.deliver(event: "push", body: Array("{}".utf8), secret: "guessed")
            #expect(outcome.answer.map { $0.status >= 400 } ?? true)
        },
        Incident("oversized delivery") { servers, _ in
            let body = [UInt8](repeating: UInt8(ascii: " "), count: 25 * 1024 * 1024 + 1)
            let outcome = await servers.gitHub.deliver(
                event: "push", body: body, secret: servers.gitHub.hooks().first?.secret)
            #expect(outcome.answer.map { $0.status >= 400 } ?? true)
        },
    ]
}

extension Incident {
    static let marathon: [Incident] = marathonAPI + outages + events + tasks

    private static let marathonAPI =
        effects.flatMap { name, effect in
            [
                Incident("Marathon reads: \(name)") { servers, _ in
                    servers.marathon.inject(Fault(.get, "/v2/*", times: 3, effect: effect))
                },
                Incident("Marathon changes: \(name)") { servers, _ in
                    servers.marathon.inject(Fault(.put, "/v2/*", times: 1, effect: effect))
                },
            ]
        } + [
            Incident("Marathon rejects the spec") { servers, _ in
                let problem: JSON = [
                    "message": "Object is not valid",
                    "details": [["path": "(0)/mem", "errors": ["got 1, expected 2"]]],
                ]
                let headers: HeaderFields = ["Content-Type": "application/json; qs=2"]
                servers.marathon.inject(
                    Fault(.put, "/v2/*", times: 1, effect: .status(422, headers: headers, body: problem.text)))
            },
            Incident("redirects to the leader") { servers, _ in
                // Redirects to itself, so that the next request succeeds.
                servers.marathon.inject(
                    Fault(nil, "/v2/*", times: 3, effect: .redirect(307, to: servers.marathon.server.url)))
            },
            Incident("redirect loop") { servers, _ in
                servers.marathon.inject(
                    Fault(.get, "/v2/*", times: 9, effect: .redirect(302, to: servers.marathon.server.url)))
            },
            Incident("launch queue hangs") { servers, _ in
                servers.marathon.inject(Fault(.get, "/v2/queue", times: 1, effect: .hang))
            },
        ]

    private static let outages = [
        Incident("no leader") { servers, _ in
            servers.marathon.setLeaderless(true)
            try await Task.sleep(for: .milliseconds(800))
            servers.marathon.setLeaderless(false)
        },
        Incident("Marathon restarts") { servers, _ in
            try await servers.marathon.stop()
            try await servers.marathon.start()
        },
        Incident("Marathon restarts and loses deployments") { servers, pushes in
            servers.marathon.setBehaviour(.healthy(after: .milliseconds(600)), of: "/hello")
            try await pushes.push()
            await servers.marathon.waitForDeployment()
            try await servers.marathon.stop()
            servers.marathon.loseDeployments()
            servers.marathon.setBehaviour(servers.marathon.options.behaviour, of: "/hello")
            try await servers.marathon.start()
        },
        Incident("app locked") { servers, _ in
            let lock = servers.marathon.lock("/hello")
            try await Task.sleep(for: .milliseconds(800))
            servers.marathon.unlock(lock)
        },
    ]

    private static let events = [
        Incident("event streams closed") { servers, _ in servers.marathon.dropEventStreams() },
        Incident("event streams stalled") { servers, _ in servers.marathon.stallEvents() },
        Incident("garbage in event streams") { servers, _ in
            servers.marathon.sendRaw(toEventStreams: "data: {\n\n:\u{0}\nevent\r\rdata: \u{1b}[2J\n\n")
        },
    ]

    private static let tasks = [
        ("never healthy", MarathonBehaviour.neverHealthy), ("crashing", .crashing("exit 1")),
        ("without offers", .noOffers),
    ].map { name, behaviour in
        Incident("tasks \(name)") { servers, pushes in
            servers.marathon.setBehaviour(behaviour, of: "/hello")
            try await pushes.push()
            await servers.marathon.waitForDeployment()
            servers.marathon.setBehaviour(servers.marathon.options.behaviour, of: "/hello")
        }
    }
}

extension MarathonSimulator {
    /// Waits up to a second for a deployment to start.
    fileprivate func waitForDeployment() async {
        _ = try? await wait(for: "a deployment", timeout: .seconds(1)) { $0.deployments.isEmpty ? nil : true }
    }
}
