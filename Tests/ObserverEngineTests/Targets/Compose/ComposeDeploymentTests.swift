import ComposeDouble
import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Deploying with Compose")
struct ComposeDeploymentTests {
    @Test("the services of the compose file are created, and the outcome names them")
    func first() async throws {
        try await withCompose { world, double in
            let run = try await world.deploy(ComposeFile.site().files)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            #expect(run.outcome == "2 created (db, web)")
            #expect(run.changes.map(\.kind) == [.created, .created])
            #expect(run.progress?.steps.map(\.name) == ["db", "web"])
            #expect(double.calls == ["pull db web", "up -d --no-build"])
            for container in try double.state.containers {
                #expect(container.project == "s4d")
                #expect(container.labels["DPLOY"] == "s4d")
                #expect(container.commit == run.commit.description)
            }
            #expect(world.marathon.requests().isEmpty)
        }
    }

    @Test("a push never recreates an unchanged service, whose label stays the commit that last changed it")
    func unchanged() async throws {
        try await withCompose { world, double in
            let first = try await world.deploy(ComposeFile.site().files)
            let second = try await world.deploy(ComposeFile.site(web: #""image": "web:2""#).files)
            #expect(second.stage == .succeeded, "\(second.outcome ?? "")")
            #expect(second.outcome == "1 updated (web), 1 unchanged")
            #expect(second.changes.map(\.kind) == [.unchanged, .updated])
            #expect(second.changes.last?.fields.map(\.path) == ["/image"])
            #expect(second.changes.last?.restarts == 1)
            #expect(try double.containers(of: "db").map(\.commit) == [first.commit.description])
            #expect(try double.containers(of: "web").map(\.commit) == [second.commit.description])
            #expect(try double.state.created.count == 3)
        }
    }

    @Test("a push that changes no service runs nothing, but the files on disk are its own")
    func otherFiles() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site().files)
            let calls = double.calls
            let run = try await world.deploy(["README.md": "hello\n"])
            #expect(run.outcome == "2 unchanged")
            #expect(double.calls == calls)
            #expect(try String(contentsOfFile: world.liveTree + "/README.md", encoding: .utf8) == "hello\n")
        }
    }

    @Test("a service is recreated when a file that it mounts changes, and others are not")
    func mountedFile() async throws {
        try await withCompose { world, double in
            var files = ComposeFile.site(web: #""image": "web:1", "volumes": ["./conf:/etc/web"]"#).files
            files["conf/web.conf"] = "one\n"
            let first = try await world.deploy(files)
            files["conf/web.conf"] = "two\n"
            let second = try await world.deploy(files)
            #expect(second.outcome == "1 updated (web), 1 unchanged")
            #expect(second.changes.last?.fields.map(\.path) == ["/x-mounted-files/conf~1web.conf"])
            #expect(try double.containers(of: "db").map(\.commit) == [first.commit.description])
            #expect(try double.containers(of: "web").map(\.commit) == [second.commit.description])
        }
    }

    @Test("files that containers write next to a commit's files survive deployments")
    func data() async throws {
        try await withCompose { world, _ in
            var files = ComposeFile.site(web: #""image": "web:1", "volumes": ["./data:/data"]"#).files
            files["data/README"] = "written by web\n"
            try await world.deploy(files)
            let record = world.liveTree + "/data/record"
            try Data("precious".utf8).write(to: URL(filePath: record))
            files["data/README"] = "written by the web server\n"
            let run = try await world.deploy(files)
            #expect(run.stage == .succeeded)
            #expect(FileManager.default.fileExists(atPath: record))
            let attributes = try FileManager.default.attributesOfItem(atPath: world.liveTree + "/data/README")
            #expect(attributes[.posixPermissions] as? Int == 0o644)
        }
    }

    @Test("sources are built first; an image that did not change replaces no container")
    func builds() async throws {
        try await withCompose { world, double in
            var files = ComposeFile.site(web: #""build": "./src""#).files
            (files["src/Dockerfile"], files["src/app"]) = ("COPY app /app\n", "one\n")
            let first = try await world.deploy(files)
            #expect(first.stage == .succeeded, "\(first.outcome ?? "")")
            #expect(double.calls == ["build web", "pull db", "up -d --no-build"])
            files["src/notes"] = "not in the image\n"
            let second = try await world.deploy(files)
            #expect(second.stage == .succeeded, "\(second.outcome ?? "")")
            #expect(double.calls.suffix(1) == ["build web"])
            #expect(try double.containers(of: "web").map(\.commit) == [first.commit.description])
            files["src/app"] = "two\n"
            let third = try await world.deploy(files)
            #expect(double.calls.suffix(2) == ["build web", "up -d --no-build"])
            #expect(try double.containers(of: "web").map(\.commit) == [third.commit.description])
            #expect(try double.containers(of: "db").map(\.commit) == [first.commit.description])
        }
    }

    @Test("a build that fails changes nothing")
    func failedBuild() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site().files)
            let before = try double.state.created
            var files = ComposeFile.site(web: #""build": "./src""#).files
            files["src/Dockerfile"] = "RUN false\n"
            let run = try await world.deploy(files)
            #expect(run.stage == .failed)
            let outcome = try #require(run.outcome)
            #expect(outcome.hasPrefix("Compose's build exited with status 17: "), "\(outcome)")
            #expect(outcome.hasSuffix("Nothing was applied."), "\(outcome)")
            #expect(try double.state.created == before)
            #expect(!FileManager.default.fileExists(atPath: world.liveTree + "/src"))
        }
    }

    @Test("a service that is no longer in the compose file is removed once the others are healthy")
    func removed() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site().files)
            let run = try await world.deploy(
                ComposeFile(["db": #""image": "db:1", "healthcheck": {"test": "true"}"#]).files)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            #expect(run.outcome == "1 unchanged, 1 removed (web)")
            #expect(try double.state.containers.map(\.service) == ["db"])
        }
    }

    @Test("a stopped or missing service is started again by the next deployment, under the commit that last changed it")
    func stopped() async throws {
        try await withCompose { world, double in
            let first = try await world.deploy(ComposeFile.site().files)
            try double.change { state in
                state.containers.removeAll { $0.service == "web" }
                state.containers[0].stoppedAt = Date()
            }
            let run = try await world.deploy(["README.md": "hello\n"])
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            #expect(run.outcome == "1 created (web), 1 updated (db)")
            #expect(try double.state.containers.allSatisfy { $0.stoppedAt == nil })
            #expect(try double.state.containers.map(\.commit) == Array(repeating: first.commit.description, count: 2))
        }
    }

    @Test("a stopped service is started even if its sources changed and its image did not")
    func stoppedAndBuilt() async throws {
        try await withCompose { world, double in
            var files = ComposeFile(["web": #""build": "./src""#]).files
            files["src/Dockerfile"] = "FROM scratch\n"
            try await world.deploy(files)
            try double.change { $0.containers[0].stoppedAt = Date() }
            files["src/notes"] = "not in the image\n"
            let run = try await world.deploy(files)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            #expect(try double.state.containers.allSatisfy { $0.stoppedAt == nil })
        }
    }

    @Test("a paused container is unpaused, and is not replaced")
    func paused() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site().files)
            try double.change { state in
                for index in state.containers.indices { state.containers[index].isPaused = true }
            }
            let apps = try await world.control().apps().apps
            #expect(apps.allSatisfy { $0.lastFailure == nil && $0.drift?.fields.map(\.before) == ["\"paused\""] })
            let run = try await world.deploy(["README.md": "hello\n"])
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            #expect(try await world.journal(of: run).contains("unpaused s4d-db-1, s4d-web-1"))
            #expect(try double.state.containers.allSatisfy { !$0.isPaused })
            #expect(try double.state.created.count == 2)
        }
    }

    @Test("scaling a service adds containers and replaces none")
    func scaled() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile(["web": #""image": "web:1", "scale": 1"#]).files)
            let before = try double.state.containers.map(\.id)
            let run = try await world.deploy(ComposeFile(["web": #""image": "web:1", "scale": 3"#]).files)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            #expect(run.changes.map(\.restarts) == [nil])
            #expect(try double.state.containers.count == 3)
            #expect(Set(before).isSubset(of: try double.state.containers.map(\.id)))
        }
    }

    @Test("a forced deployment recreates every service under its commit")
    func forced() async throws {
        try await withCompose { world, double in
            let first = try await world.deploy(ComposeFile.site().files)
            let client = try await world.control()
            try await client.perform(.deploy(commit: nil, force: true))
            _ = try await world.deployment(of: first.commit.description, in: .succeeded, after: first.id)
            #expect(double.calls.last == "up -d --no-build --force-recreate")
            #expect(try double.state.created.count == 4)
        }
    }

    @Test("app_name names the project, and Compose sees the variables of the deployment, but no secret")
    func variables() async throws {
        try await withCompose { world, double in
            var files = ComposeFile(
                [
                    "web":
                        #""image": "web:1", "environment": {"C": "${DPLOY_COMMIT}", "T": "${DPLOY_OBSERVER_GITHUB_PAT}"}"#
                ]
            ).files
            files["dploy.app"] = "app_name: My Site\n"
            let run = try await world.deploy(files)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            let container = try #require(try double.state.containers.first)
            #expect(container.project == "my-site")
            #expect(container.labels["DPLOY"] == "My Site")
        }
    }

    @Test("a variables file that is in no commit is found in the live tree")
    func untracked() async throws {
        try await withCompose { world, _ in
            try await world.deploy(ComposeFile.site().files)
            try Data("PASSWORD=x\n".utf8).write(to: URL(filePath: world.liveTree + "/secret.env"))
            let run = try await world.deploy(
                ComposeFile.site(web: #""image": "web:1", "env_file": "secret.env""#).files)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            let attributes = try FileManager.default.attributesOfItem(atPath: world.liveTree + "/secret.env")
            #expect(attributes[.type] as? FileAttributeType == .typeRegular)
        }
    }

    @Test("a variables file in a mounted directory is not drift")
    func untrackedAndMounted() async throws {
        try await withCompose { world, _ in
            var files = ComposeFile.site().files
            files["conf/site.conf"] = "a\n"
            try await world.deploy(files)
            try FileManager.default.createDirectory(
                atPath: world.liveTree + "/conf", withIntermediateDirectories: true)
            try Data("PASSWORD=x\n".utf8).write(to: URL(filePath: world.liveTree + "/conf/secret.env"))
            let web = #""image": "web:1", "env_file": "conf/secret.env", "volumes": ["./conf:/etc/web"]"#
            let run = try await world.deploy(ComposeFile.site(web: web).files)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            let apps = try await world.control().apps()
            #expect(apps.apps.count == 2 && apps.drifted.isEmpty, "\(apps)")
            #expect(apps.apps.allSatisfy { $0.healthy == $0.wanted }, "\(apps)")
        }
    }

    @Test("with -approve changes, a service whose image is built or always pulled may restart, and asks")
    func asksForBuilds() async throws {
        for web in [#""build": ".""#, #""image": "web:1", "pull_policy": "always""#] {
            var setup = ObserverSetup()
            setup.flags[.approve] = "changes"
            try await withCompose(setup) { world, _ in
                var files = ComposeFile(["web": web]).files
                files["Dockerfile"] = "FROM scratch\n"
                try await world.deploy(files)
                let push = try await world.gitHub.push(files: ["Dockerfile": "FROM busybox\n"])
                try await world.deployment(of: push.after) { $0.wait?.rule == .approval }
            }
        }
    }

    @Test("a compose file that Compose rejects is reported with its reason, and nothing is applied")
    func invalid() async throws {
        try await withCompose { world, double in
            let run = try await world.deploy(ComposeFile(["web": #""restart": "always""#]).files)
            #expect(run.stage == .failed)
            let outcome = try #require(run.outcome)
            #expect(outcome.hasPrefix("compose.yaml: service \"web\" has neither an image nor a build"), "\(outcome)")
            #expect(outcome.hasSuffix("Nothing was applied. Fix it and push again."), "\(outcome)")
            #expect(double.calls.isEmpty)
        }
    }

    @Test("a repository without a compose file is rejected with the names that are possible")
    func missing() async throws {
        try await withCompose { world, _ in
            let run = try await world.deploy(["README.md": "hello\n"])
            #expect(
                run.outcome?.hasPrefix("compose.yaml: is missing, and so are compose.yml,") == true,
                "\(run.outcome ?? "")")
        }
    }
}
