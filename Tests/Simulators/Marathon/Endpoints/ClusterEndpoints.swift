extension MarathonEndpoint {
    static let information: [MarathonEndpoint] = [
        MarathonEndpoint(.get, "/ping") { _, call in
            call.request.headers["Accept"]?.contains("application/json") == true
                ? .marathon("pong") : .text("pong", type: "text/plain")
        },
        MarathonEndpoint(.get, "/v2/info") { marathon, _ in
            .marathon([
                "name": "marathon", "version": .string(marathon.options.version), "buildref": "unknown",
                "elected": true, "leader": .string(marathon.leader),
                "frameworkId": "65e5738f-154d-11e6-864f-1ad90584ec17-0000",
                "marathon_config": ["master": "zk://127.0.0.1:2181/mesos", "ha": true, "http_port": 8080],
                "http_config": ["http_port": 8080, "https_port": 8443],
            ])
        },
        MarathonEndpoint(.get, "/v2/leader") { marathon, _ in
            guard !marathon.isLeaderless else { throw MarathonErrorResponse(404, ["message": "There is no leader"]) }
            return .marathon(["leader": .string(marathon.leader)])
        },
        MarathonEndpoint(.get, "/v2/tasks") { marathon, call in
            let state = call.request.query("status")
            let tasks = marathon.change { world, _ in
                world.apps.values.sorted { $0.id < $1.id }.flatMap { app in
                    app.tasks
                        .filter { state == nil || ($0.state == .running) == (state == "running") }
                        .map { world.taskDocument($0, of: app) }
                }
            }
            return .marathon(["tasks": .array(tasks)])
        },
        MarathonEndpoint(.get, "/v2/queue") { marathon, _ in
            .marathon(marathon.change { world, now in world.queueDocument(at: now) })
        },
        MarathonEndpoint(.get, "/v2/events") { marathon, call in
            guard call.request.headers["Accept"] == "text/event-stream" else {
                return .jettyPage(405, "HTTP method GET is not supported by this URL")
            }
            let types = Set(call.request.query.filter { $0.name == "event_type" }.map(\.value))
            let address: JSON = ["remoteAddress": "127.0.0.1"]
            let stream = marathon.change { world, now in
                let attached = MarathonEvent(
                    type: "event_stream_attached",
                    members: address,
                    timestamp: Timestamp.milliseconds(now)
                )
                return marathon.events.subscribe(types, first: [attached])
            }
            let headers: HeaderFields = ["Content-Type": "text/event-stream;charset=utf-8"]
            return SimulatedResponse(status: 200, headers: headers, body: .stream(stream, framing: .untilClose))
        },
    ]
}

extension MarathonSimulator {
    /// The `HOST:PORT` of the leader.
    var leader: String { "127.0.0.1:\(server.port)" }

    var isLeaderless: Bool { world.read { $0.isLeaderless } }
}

extension MarathonEndpoint {
    static let deployments: [MarathonEndpoint] = [
        MarathonEndpoint(.get, "/v2/deployments") { marathon, _ in
            .marathon(.array(marathon.deployments().map(\.document)))
        },
        MarathonEndpoint(.delete, "/v2/deployments/{deployment}") { marathon, call in
            try marathon.change { world, now in
                let id = call.parameter("deployment")
                guard let deployment = world.deployments.first(where: { $0.id == id }) else {
                    throw MarathonErrorResponse(404, ["message": .string("DeploymentPlan \(id) does not exist")])
                }
                if call.flag("force") {
                    world.cancel(id, at: now)
                    return SimulatedResponse(status: 202)
                }
                return .marathon(try world.rollBack(deployment, at: now))
            }
        },
    ]
}
