import ObserverEngine
import Simulators
import Testing

@Suite("Groups, and apps removed from the specs")
struct GroupTests {
    private static let shop = """
        {"id":"shop","groups":[
          {"id":"back","apps":[{"id":"db","cmd":"sleep 1"}]},
          {"id":"front","dependencies":["../back"],"apps":[{"id":"web","cmd":"sleep 1"},{"id":"admin","cmd":"sleep 1"}]}]}
        """
    private static let smaller = """
        {"id":"shop","groups":[
          {"id":"back","apps":[{"id":"db","cmd":"sleep 1"}]},
          {"id":"front","dependencies":["../back"],"apps":[{"id":"web","cmd":"sleep 1"}]}]}
        """

    @Test("apps of others in the group stay, managed apps that are no longer listed are removed")
    func keepsForeign() async throws {
        try await withObserver { world in
            world.marathon.createApp(["id": "/shop/front/foreign", "cmd": "sleep 1"])
            try await world.deploy(["dploy.app": Files.descriptor, "specs/shop.json": Self.shop])
            #expect(
                world.marathon.apps().map(\.id) == [
                    "/shop/back/db", "/shop/front/admin", "/shop/front/foreign", "/shop/front/web",
                ])
            let run = try await world.deploy(["specs/shop.json": Self.smaller])
            #expect(run.stage == .succeeded)
            #expect(run.outcome == "2 unchanged, 1 removed (/shop/front/admin)")
            try await world.marathon.wait(for: "the app to be gone") {
                $0.apps["/shop/front/admin"] == nil ? true : nil
            }
            #expect(world.marathon.apps().map(\.id) == ["/shop/back/db", "/shop/front/foreign", "/shop/front/web"])
            #expect(world.marathon.requests(.delete, "/v2/apps*").map { $0.query("force") } == ["false"])
        }
    }

    @Test("an app that someone else removed in the meantime counts as removed")
    func removedByOthers() async throws {
        try await withObserver { world in
            try await world.deploy(["dploy.app": Files.descriptor, "specs/shop.json": Self.shop])
            world.marathon.inject(Fault(.delete, "/v2/apps/shop/front/admin", effect: .deny(404)))
            let run = try await world.deploy(["specs/shop.json": Self.smaller])
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
        }
    }

    @Test("the dependencies of a group start before its apps")
    func order() async throws {
        try await withObserver { world in
            world.marathon.setBehaviour(.healthy(after: .milliseconds(300)), of: "/shop/back/db")
            try await world.deploy(["dploy.app": Files.descriptor, "specs/shop.json": Self.shop])
            let database = try #require(world.marathon.app("/shop/back/db")?.tasks.first)
            let web = try #require(world.marathon.app("/shop/front/web")?.tasks.first)
            let started = try #require(database.startedAt)
            #expect(started <= web.stagedAt)
        }
    }

    @Test("a managed app in no spec is named in the log and left alone")
    func orphans() async throws {
        try await withObserver { world in
            try await world.deploy(Self.two)
            let run = try await world.deploy(["specs/old.json": nil])
            #expect(run.stage == .succeeded)
            #expect(world.marathon.app("/old") != nil)
            let journal = try await world.journal(of: run)
            #expect(journal.contains("orphaned /old: no longer in any spec; -prune removes such apps"))
        }
    }

    @Test("with -prune it is removed, and apps of others stay")
    func prune() async throws {
        try await withObserver(ObserverSetup { $0.flags[.prune] = "true" }) { world in
            world.marathon.createApp(["id": "/foreign", "cmd": "sleep 1"])
            world.marathon.createApp(["id": "/other", "cmd": "sleep 1", "labels": ["DPLOY": "another"]])
            try await world.deploy(Self.two)
            let run = try await world.deploy(["specs/old.json": nil])
            #expect(run.stage == .succeeded)
            #expect(run.outcome == "1 unchanged, 1 removed (/old)")
            #expect(run.changes.map(\.kind) == [.unchanged, .removed])
            try await world.marathon.wait(for: "the orphan to be gone") { $0.apps["/old"] == nil ? true : nil }
            #expect(world.marathon.apps().map(\.id) == ["/foreign", "/helloworld", "/other"])
        }
    }

    private static let two = Files.helloWorld.merging(["specs/old.json": Files.app("old")]) { $1 }
}
