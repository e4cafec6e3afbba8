import ObserverEngine
import Simulators
import Testing

@Suite("The watched repository and its name")
struct RepositoryIdentityTests {
    private static let bigger: [String: String?] = ["specs/helloworld.json": Files.app("helloworld", mem: 64)]

    @Test("another repository under the name is not deployed until an operator accepts it", arguments: ["1", "0"])
    func replaced(poll: String) async throws {
        try await withObserver(ObserverSetup { $0.flags[.poll] = poll }) { world in
            let own = try await world.deploy(Files.helloWorld)
            let control = try await world.control()
            let known = try #require(try await control.engine().repositoryID)
            world.gitHub.replaceRepository(id: 777)
            let strange = try await world.gitHub.push(files: Self.bigger, deliver: false)
            if poll == "0" { _ = try await control.perform(.deploy(commit: nil, force: false)) }
            try await world.log.wait(for: "its GitHub ID is 777 instead of \(known). Nothing is deployed.")
            let engine = try await control.engine()
            #expect(engine.otherRepositoryID == 777 && engine.repositoryID == known)
            #expect(engine.problem?.contains("run 'observer accept-repository'") == true)
            #expect(world.marathon.app("/helloworld")?.labels["DPLOY_COMMIT"] == own.commit.description)
            #expect(world.applied().count == 1)

            let wrong = try await refusal { try await control.perform(.acceptRepository(id: 5)) }
            #expect(wrong?.status == 409)
            _ = try await control.perform(.acceptRepository(id: 777))
            try await world.deployment(of: strange.after, in: .succeeded)
            let after = try await control.engine()
            #expect(after.repositoryID == 777 && after.otherRepositoryID == nil && after.problem == nil)
        }
    }

    @Test("the id is logged once, although several services ask for it at the start")
    func loggedOnce() async throws {
        try await withObserver(ObserverSetup { $0.flags[.poll] = "1" }) { world in
            try await world.deploy(Files.helloWorld)
            #expect(world.log.all.count { $0.contains("has the GitHub ID") } == 1)
        }
    }

    @Test("the webhooks of another repository under the name are not changed, and the doctor reports it")
    func foreignWebhooks() async throws {
        try await withObserver { world in
            try await world.deploy(Files.helloWorld)
            let control = try await world.control()
            let known = try #require(try await control.engine().repositoryID)
            world.gitHub.replaceRepository(id: 777)
            let changes = world.gitHub.hookChanges
            let refusal = try await refusal { try await control.perform(.register) }
            #expect(refusal?.status == 422)
            #expect(refusal?.description.contains("its GitHub ID is 777 instead of \(known)") == true)
            #expect(world.gitHub.hookChanges == changes)
            #expect(world.engine.status.hook.registration == .failed)
            let findings = try await Doctor(
                configuration: .success(world.configuration), environment: [:], http: .shared,
                observer: .init(client: control, place: "socket")
            ).run()
            let repository = try #require(findings.first { $0.check == .repository })
            #expect(repository.verdict == .failure && repository.remedy?.contains("observer accept-repository") == true)
        }
    }

    @Test("once another repository is accepted, its webhook is registered at once, and the problem is over")
    func acceptedWebhook() async throws {
        try await withObserver { world in
            try await world.deploy(Files.helloWorld)
            let control = try await world.control()
            world.gitHub.replaceRepository(id: 777)
            let refusal = try await refusal { try await control.perform(.register) }
            #expect(refusal?.status == 422)
            #expect(world.engine.status.hook.problem?.contains("is another repository now") == true)
            _ = try await control.perform(.acceptRepository(id: 777))
            try await world.hook { hook in
                hook.registration == .registered && hook.problem?.contains("another repository") != true
            }
        }
    }

    @Test("the id is remembered over a restart: a repository that was replaced meanwhile is not deployed")
    func replacedMeanwhile() async throws {
        try await withSimulators { simulators in
            var setup = ObserverSetup { $0.flags[.poll] = "1" }
            setup.stateDirectory = try temporaryDirectory()
            _ = try await withObserver(setup, in: simulators) { world in try await world.deploy(Files.helloWorld) }
            simulators.gitHub.replaceRepository(id: 777)
            try await simulators.gitHub.push(files: Self.bigger, deliver: false)
            try await withObserver(setup, in: simulators) { world in
                try await world.log.wait(for: "its GitHub ID is 777")
                #expect(try await world.deployments().count == 1)
                #expect(world.marathon.requests(.put, "/v2/apps").count == 1)
            }
        }
    }

    @Test("a repository that is renamed at run time is recognized by its id without polling, and the new name is shown")
    func renamed() async throws {
        try await withSimulators { simulators in
            var setup = ObserverSetup()
            setup.stateDirectory = try temporaryDirectory()
            try await withObserver(setup, in: simulators) { world in
                try await world.deploy(Files.helloWorld)
                world.gitHub.rename(to: "moved")
                let push = try await world.gitHub.push(files: Self.bigger)
                #expect(push.answer?.status == 202)
                let run = try await world.deployment(of: push.after, in: .succeeded)
                #expect(run.request.branch == world.configuration.branch)
                try await world.log.wait(for: "Repository mhausenblas/s4d was renamed to mhausenblas/moved.")
                #expect(try await world.control().engine().renamedTo == "mhausenblas/moved")
                #expect(world.gitHub.violations() == [])
            }
            // Another repository takes the old name. The new one is remembered.
            simulators.gitHub.takePreviousName(id: 777)
            try await withObserver(setup, in: simulators) { world in
                let push = try await world.gitHub.push(
                    files: ["specs/helloworld.json": Files.app("helloworld", mem: 96)])
                try await world.deployment(of: push.after, in: .succeeded)
                #expect(try await world.control().engine().otherRepositoryID == nil)
            }
        }
    }

    @Test("a renamed repository whose old name was taken at once is found by the name in its deliveries")
    func renamedAndTaken() async throws {
        try await withObserver { world in
            try await world.deploy(Files.helloWorld)
            world.gitHub.rename(to: "moved")
            world.gitHub.takePreviousName(id: 777)
            let push = try await world.gitHub.push(files: Self.bigger)
            try await world.deployment(of: push.after, in: .succeeded)
            #expect(try await world.control().engine().renamedTo == "mhausenblas/moved")
        }
    }

    @Test("a push of another repository with the same name is ignored")
    func namesake() async throws {
        try await withObserver { world in
            try await world.deploy(Files.helloWorld)
            var payload = Payload.push()
            payload["repository"] = ["id": 777, "full_name": "mhausenblas/s4d"]
            let answer = await world.gitHub.deliver(event: "push", payload: payload).answer
            #expect(answer?.json["verdict"] == "ignored")
            #expect(answer?.json["reason"] == "mhausenblas/s4d is another repository now")
        }
    }
}

@Suite("A renamed branch")
struct RenamedBranchTests {
    @Test("a branch whose address redirects to another one is gone: nothing is deployed, and the new name is shown")
    func polled() async throws {
        try await withObserver(ObserverSetup { $0.flags[.poll] = "1" }) { world in
            let first = try await world.deploy(Files.helloWorld)
            try await world.gitHub.renameBranch("dcos", to: "main")
            try await world.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)], branch: "main", deliver: false)
            let sentence = try await world.log.wait(for: "Branch dcos is gone: it was renamed to main.")
            #expect(sentence.contains("level=warning"))
            let control = try await world.control()
            #expect(try await control.engine().blocked?.contains("renamed to main. Nothing is deployed.") == true)
            let refusal = try await refusal { try await control.perform(.deploy(commit: nil, force: false)) }
            #expect(refusal?.status == 422 && refusal?.description.contains("renamed it to main") == true)
            #expect(try await world.deployments().map(\.id) == [first.id])
            // Pushed again, the branch is deployed again.
            let back = try await world.gitHub.push(
                files: ["dploy.app": Files.descriptor, "specs/helloworld.json": Files.app("helloworld", mem: 96)],
                deliver: false)
            try await world.deployment(of: back.after, in: .succeeded)
            try await world.engine { $0.blocked == nil }
        }
    }

    @Test("a push that waits while its branch is renamed is not deployed")
    func queued() async throws {
        try await withObserver { world in
            let push = try await world.gitHub.push(files: Files.helloWorld, deliver: false)
            try await world.gitHub.renameBranch("dcos", to: "main")
            await world.gitHub.deliver(event: "push", payload: push.payload)
            let run = try await world.end(of: push.after)
            #expect(run.stage == .superseded && run.outcome == "branch dcos no longer exists")
        }
    }
}

extension GitHubSimulator {
    /// The number of requests that create, change or delete a webhook.
    fileprivate var hookChanges: Int {
        [RequestMethod.post, .patch, .delete].reduce(0) { $0 + requests($1, "/repos/mhausenblas/s4d/hooks*").count }
    }
}
