import ObserverEngine
import Simulators
import Testing

@Suite("Deploying a named commit")
struct DeployReferenceTests {
    @Test(
        "a short id, a tag and a branch are deployed, and the hold names its cause",
        arguments: ["short", "tag", "branch"])
    func reference(kind: String) async throws {
        try await withObserver { world in
            let control = try await world.control()
            let first = try await world.deploy(mem: 32)
            let second = try await world.deploy(mem: 64)
            let commit = first.commit.description
            switch kind {
            case "tag": try await world.gitHub.createTag("v1.0", at: commit)
            case "branch": try await world.gitHub.createBranch("feature/old", at: commit)
            default: break
            }
            let text = ["short": commit.shortCommit, "tag": "v1.0", "branch": "feature/old"][kind]
            _ = try await control.perform(.deploy(commit: text, force: false))
            let run = try await world.deployment(of: commit, in: .succeeded, after: second.id)
            #expect(run.request.commit.message == "Change the specs")
            let engine = try await control.engine()
            let hold = try #require(engine.hold)
            #expect(hold.commit == first.commit && hold.cause == .deploy && hold.deployment == run.id)
            #expect(engine.heldAt == commit)
            #expect(world.gitHub.violations() == [])
        }
    }

    @Test("the head by any of its names is deployed without a hold", arguments: ["head", "HEAD", "dcos", "short"])
    func head(text: String) async throws {
        try await withObserver { world in
            let run = try await world.deploy()
            let text = text == "short" ? run.commit.short : text
            let result = try await world.control().perform(.deploy(commit: text, force: false))
            #expect(result.result == "Deployment \(run.id + 1) of \(run.commit.short) queued.")
            #expect(try await world.control().engine().hold == nil)
        }
    }

    @Test(
        "an unknown commit is refused before anything is queued or held",
        arguments: [String(repeating: "0", count: 40), "0000", "nowhere", "abc"])
    func unknown(text: String) async throws {
        try await withObserver { world in
            try await world.deploy()
            let control = try await world.control()
            let refusal = try await refusal { try await control.perform(.deploy(commit: text, force: false)) }
            #expect(refusal?.status == 422)
            #expect(
                refusal?.description.hasPrefix("'\(text)' is not a branch, a tag or a commit of mhausenblas/s4d")
                    == true)
            #expect(try await world.deployments().count == 1)
            #expect(try await control.engine().hold == nil)
        }
    }

    @Test("a commit is held although the head was never deployed: the next poll does not undo it")
    func unseenHead() async throws {
        try await withObserver(ObserverSetup { $0.flags[.poll] = "1" }) { world in
            let control = try await world.control()
            let first = try await world.deploy(mem: 32)
            _ = try await control.perform(.pause())
            let head = try await world.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)], deliver: false)
            _ = try await control.perform(.deploy(commit: first.commit.short, force: false))
            try await world.log.wait(for: "Head \(head.after.shortCommit) is not deployed: the branch is on hold at")
            #expect(try await control.engine().hold?.commit == first.commit)
        }
    }

    @Test(
        "resume ends the pause, then the hold, and deploys the head that was held back, also without polling"
    )
    func resume() async throws {
        try await withObserver { world in
            let control = try await world.control()
            try await world.engine { ![.pending, .unavailable].contains($0.decisions) }
            #expect(try await control.perform(.resume()).result.hasPrefix("Nothing to resume"))
            let first = try await world.deploy(mem: 32)
            let second = try await world.deploy(mem: 64)
            _ = try await control.perform(.rollback(deployment: first.id, seenCurrent: second.id))
            let back = try await world.deployment(of: first.commit.description, in: .succeeded, after: second.id)
            _ = try await control.perform(.pause())
            let hold = try #require(try await control.engine().hold)
            #expect(hold.summary == "\(first.commit.short) (rollback by \(hold.by ?? ""), deployment \(back.id))")
            let ended = "Pause ended; queued deployments start as soon as the other rules allow it."
            #expect(
                try await control.perform(.resume()).result
                    == "\(ended) The branch stays on hold at \(hold.summary); 'observer resume' ends that, too.")
            #expect(try await control.engine().hold == hold)
            #expect(
                try await control.perform(.resume()).result
                    == "Hold at \(hold.summary) ended. Deployment \(back.id + 1) of \(second.commit.short) queued.")
            let run = try await world.deployment(of: second.commit.description, in: .succeeded, after: back.id)
            #expect(run.request.trigger == .resume && run.request.requestedBy == hold.by)
            _ = try await control.perform(.pause())
            #expect(try await control.perform(.resume()).result == ended)
        }
    }

    @Test("to end a pause that has ended already is refused if there is a hold, which stays")
    func resumeTwice() async throws {
        try await withObserver { world in
            let control = try await world.control()
            let first = try await world.deploy(mem: 32)
            let second = try await world.deploy(mem: 64)
            _ = try await control.perform(.rollback(deployment: first.id, seenCurrent: second.id))
            _ = try await world.deployment(of: first.commit.description, in: .succeeded, after: second.id)
            _ = try await control.perform(.pause())
            _ = try await control.perform(.resume(ending: .pause))
            let failure = try #require(try await refusal { try await control.perform(.resume(ending: .pause)) })
            #expect("\(failure)".contains("The pause has ended already. The branch is on hold at"), "\(failure)")
            #expect(try await control.engine().hold?.commit == first.commit)
            let ended = try await control.perform(.resume(ending: .hold))
            #expect(ended.result.hasPrefix("Hold at \(first.commit.short)"))
            #expect(try await control.perform(.resume(ending: .hold)).result.hasPrefix("Nothing to resume"))
            _ = try await control.perform(.pause())
            let paused = try #require(try await refusal { try await control.perform(.resume(ending: .hold)) })
            #expect("\(paused)".contains("The hold has ended already. Deployments are paused"), "\(paused)")
            #expect(try await control.engine().isPaused)
        }
    }
}
