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
        #expect(AppChange(appID: id, kind: .updated, restarts: count).sentence == sentence)
    }
}
