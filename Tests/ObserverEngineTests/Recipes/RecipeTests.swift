import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("The recipes")
struct RecipeTests {
    private func content(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    @Test(
        "the settings of a recipe name the branch to push to",
        arguments: ["compose", "kubectl", "nomad", "ssh", "static-site", "systemd"])
    func branch(name: String) throws {
        #expect(try Recipe(name).variables["DPLOY_OBSERVER_TARGETBRANCH"] == "main")
    }

    @Test("a static site is published, planned file by file, and rolled back if its page is missing")
    func staticSite() async throws {
        let recipe = try Recipe("static-site")
        let www = try temporaryDirectory() + "/www"
        try await withObserver(recipe.setup(["WWW": www])) { world in
            let first = try await world.deploy(recipe)
            #expect(
                first.outcome == "the deploy command succeeded, and the deployment is healthy", "\(first.outcome ?? "")"
            )
            #expect(content(www + "/current/index.html")?.contains("It works") == true)
            #expect(try await world.journal(of: first).contains("plan + index.html"))
            let unchanged = try await world.deploy(recipe, changing: ["notes.sh": .executable("#!/bin/sh\n")])
            #expect(unchanged.outcome == "nothing to do: the plan command reported no changes")
            let docs = try await world.gitHub.push(files: ["README.md": "Nothing of it is published."])
            #expect(docs.answer?.status == 200)
            let outcome = try await world.rollBack(recipe, changing: ["public/index.html": .text("")])
            #expect(outcome.contains("Its last line: there is no index.html"), "\(outcome)")
            #expect(content(www + "/current/index.html")?.contains("It works") == true)
            #expect(try await world.deployments().count == 3)
        }
    }

    @Test("a systemd service is installed and restarted, and rolled back if it crashes")
    func systemd() async throws {
        let systemctl = """
            case $1 in
            is-active) echo active ;;
            show) if grep -q broken "$HERE/app/current/run"; then echo 3; else echo 0; fi ;;
            esac
            """
        try await Recipe.with("systemd", double: "systemctl", systemctl) { directory in
            // The scripts wait for the same time as the observer.
            ["APP": directory + "/app", "UNITS": directory, "DPLOY_OBSERVER_DEPLOY_TIMEOUT": "\(8 * Slowness.factor)"]
        } _: { world, recipe, doubles in
            let first = try await world.deploy(recipe)
            #expect(first.stage == .succeeded, "\(first.outcome ?? "")")
            #expect(first.progress?.steps.contains(.init(name: "example.service", done: 1, of: 1)) == true)
            let setUp = ["daemon-reload", "enable example.service", "restart example.service"]
            #expect(try Array(doubles.calls(of: "systemctl").prefix(3)) == setUp)
            let outcome = try await world.rollBack(
                recipe, changing: ["app/run": .executable("#!/bin/sh\nbroken\n")])
            #expect(outcome.contains("example.service crashed and was restarted 3 times"), "\(outcome)")
            #expect(content(doubles.directory + "/app/current/run")?.contains("http.server") == true)
            #expect(try doubles.calls(of: "systemctl").filter { $0.hasPrefix("daemon-reload") }.count == 1)
        }
    }

    @Test("kubectl gets the manifests, and the rollout decides")
    func kubectl() async throws {
        let kubectl = """
            case "$*" in
            *" diff "*) cmp -s k8s/web.yaml "$HERE/applied" && exit 0; echo '+ web'; exit 1 ;;
            *" apply "*) cp k8s/web.yaml "$HERE/applied"; echo 'deployment.apps/web configured' ;;
            *" --output name") echo deployment.apps/web ;;
            *" get deployment.apps/web "*) if grep -q broken "$HERE/applied"; then echo '1  2'; else echo '2 2 2'; fi ;;
            *" rollout status "*) ! grep -q broken "$HERE/applied" ;;
            esac
            """
        try await Recipe.with("kubectl", double: "kubectl", kubectl) { world, recipe, doubles in
            let first = try await world.deploy(recipe)
            #expect(first.stage == .succeeded, "\(first.outcome ?? "")")
            #expect(first.progress?.steps == [.init(name: "web", done: 2, of: 2)])
            #expect(try await world.journal(of: first).contains("plan + web"))
            let apply = "--namespace default apply --filename k8s/ --prune --selector deployed-by=observer"
            #expect(try doubles.calls(of: "kubectl").contains(apply))
            _ = try await world.rollBack(recipe, changing: ["k8s/web.yaml": .text("broken")])
            #expect(content(doubles.directory + "/applied")?.contains("kind: Deployment") == true)
        }
    }

    @Test("nomad gets the job, and its deployment decides")
    func nomad() async throws {
        let nomad = """
            case "$*" in
            "job plan "*) cmp -s web.nomad.hcl "$HERE/job" && exit 0; echo '+/- Job: "web"'; exit 1 ;;
            "job run "*) cp web.nomad.hcl "$HERE/job" ;;
            *Status*web) if grep -q broken "$HERE/job"; then echo failed; else echo successful; fi ;;
            *HealthyAllocs*) echo 'web 2/2' ;;
            esac
            """
        try await Recipe.with("nomad", double: "nomad", nomad) { world, recipe, doubles in
            let first = try await world.deploy(recipe)
            #expect(first.stage == .succeeded, "\(first.outcome ?? "")")
            #expect(first.progress?.steps == [.init(name: "web", done: 2, of: 2)])
            #expect(try doubles.calls(of: "nomad").contains("job run -detach web.nomad.hcl"))
            let outcome = try await world.rollBack(recipe, changing: ["web.nomad.hcl": .text("broken")])
            #expect(outcome.contains("the deployment of web is failed"), "\(outcome)")
            #expect(content(doubles.directory + "/job")?.contains("job \"web\"") == true)
        }
    }
}
