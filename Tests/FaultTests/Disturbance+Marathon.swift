import Simulators

extension Disturbance {
    static let ofMarathon: [Disturbance] = marathonsAPI + absences + events + tasks

    private static let marathonsAPI =
        effects.flatMap { name, effect in
            [
                Disturbance("Marathon's answers \(name)") { servers, _ in
                    servers.marathon.inject(Fault(.get, "/v2/*", times: 3, effect: effect))
                },
                Disturbance("Marathon's changes \(name)") { servers, _ in
                    servers.marathon.inject(Fault(.put, "/v2/*", times: 1, effect: effect))
                },
            ]
        } + [
            Disturbance("Marathon finds the spec invalid") { servers, _ in
                let problem: JSON = [
                    "message": "Object is not valid",
                    "details": [["path": "(0)/mem", "errors": ["got 1, expected 2"]]],
                ]
                let headers: HeaderFields = ["Content-Type": "application/json; qs=2"]
                servers.marathon.inject(
                    Fault(.put, "/v2/*", times: 1, effect: .status(422, headers: headers, body: problem.text)))
            },
            Disturbance("the leader is elsewhere") { servers, _ in
                // It is back at the same address after these.
                servers.marathon.inject(
                    Fault(nil, "/v2/*", times: 3, effect: .redirect(307, to: servers.marathon.server.url)))
            },
            Disturbance("redirects in a circle") { servers, _ in
                servers.marathon.inject(
                    Fault(.get, "/v2/*", times: 9, effect: .redirect(302, to: servers.marathon.server.url)))
            },
            Disturbance("the launch queue hangs") { servers, _ in
                servers.marathon.inject(Fault(.get, "/v2/queue", times: 1, effect: .hang))
            },
        ]

    private static let absences = [
        Disturbance("no leader") { servers, _ in
            servers.marathon.setLeaderless(true)
            try await Task.sleep(for: .milliseconds(800))
            servers.marathon.setLeaderless(false)
        },
        Disturbance("Marathon restarts") { servers, _ in
            try await servers.marathon.stop()
            try await servers.marathon.start()
        },
        Disturbance("a restart that loses deployments") { servers, pushes in
            servers.marathon.setBehaviour(.healthy(after: .milliseconds(600)), of: "/hello")
            try await pushes.push()
            await servers.marathon.awaitDeployment()
            try await servers.marathon.stop()
            servers.marathon.loseDeployments()
            servers.marathon.setBehaviour(servers.marathon.options.behaviour, of: "/hello")
            try await servers.marathon.start()
        },
        Disturbance("apps locked") { servers, _ in
            let lock = servers.marathon.lock("/hello")
            try await Task.sleep(for: .milliseconds(800))
            servers.marathon.unlock(lock)
        },
    ]

    private static let events = [
        Disturbance("events cut") { servers, _ in servers.marathon.dropEventStreams() },
        Disturbance("events stalled") { servers, _ in servers.marathon.stallEvents() },
        Disturbance("garbage for events") { servers, _ in
            servers.marathon.sendRaw(toEventStreams: "data: {\n\n:\u{0}\nevent\r\rdata: \u{1b}[2J\n\n")
        },
    ]

    private static let tasks = [
        ("never healthy", MarathonBehaviour.neverHealthy), ("crashing", .crashing("exit 1")), ("no offers", .noOffers),
    ].map { name, behaviour in
        Disturbance("tasks \(name)") { servers, pushes in
            servers.marathon.setBehaviour(behaviour, of: "/hello")
            try await pushes.push()
            await servers.marathon.awaitDeployment()
            servers.marathon.setBehaviour(servers.marathon.options.behaviour, of: "/hello")
        }
    }
}

extension MarathonSimulator {
    /// Waits until it deploys something, or for a second.
    fileprivate func awaitDeployment() async {
        _ = try? await wait(for: "a deployment", timeout: .seconds(1)) { $0.deployments.isEmpty ? nil : true }
    }
}
