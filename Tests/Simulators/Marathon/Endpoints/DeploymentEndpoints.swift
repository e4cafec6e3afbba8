extension MarathonEndpoint {
    static let deployments: [MarathonEndpoint] = [
        MarathonEndpoint(.get, "/v2/deployments") { marathon, _ in
            .marathon(.array(marathon.deployments().map(\.document)))
        },
        MarathonEndpoint(.delete, "/v2/deployments/{deployment}") { marathon, call in
            try marathon.change { world, now in
                let id = call.parameter("deployment")
                guard let deployment = world.deployments.first(where: { $0.id == id }) else {
                    throw MarathonRefusal(404, ["message": .string("DeploymentPlan \(id) does not exist")])
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
