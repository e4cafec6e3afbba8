import ObserverEngine
import Testing

@Suite("The words of a plan")
struct PlanWordsTests {
    @Test(
        "tasks restart in Marathon, and Compose replaces containers",
        arguments: [
            ("/web", 1, "updated, 1 task restarts"), ("/web", 2, "updated, 2 tasks restart"),
            ("web", 1, "updated, 1 container is replaced"), ("web", 2, "updated, 2 containers are replaced"),
        ])
    func restarts(id: String, count: Int, sentence: String) {
        let field = AppChange.Field(path: "/mem", before: "32", after: "64")
        #expect(AppChange(appID: id, kind: .updated, fields: [field], restarts: count).sentence == sentence)
    }

    @Test("an app of Marathon whose fields are the same is explained")
    func noField() {
        #expect(
            AppChange(appID: "/web", kind: .updated, restarts: 2).sentence
                == "updated, no field differs, 2 tasks restart")
    }
}
