import ObserverEngine
import Testing

@Suite("The ids of apps and groups")
struct MarathonPathTests {
    @Test(
        "a relative id is resolved in its group",
        arguments: [
            ("web", "/", "/web"), ("/web", "/", "/web"), ("web", "/g", "/g/web"), ("/g/web", "/g", "/g/web"),
            ("../db", "/g", "/db"), ("../db", "/g/h", "/g/db"), ("../../db", "/g/h", "/db"), ("./web", "/g", "/g/web"),
            ("a/b", "/g", "/g/a/b"), ("..", "/g/h", "/g"), ("../..", "/g", "/"), ("../../../x", "/g", "/x"),
            ("/other", "/g", "/other"), ("a/", "/g", "/g/a"),
        ])
    func absolute(id: String, group: String, expected: String) {
        #expect(MarathonPath.absolute(id, in: group) == expected)
    }

    @Test(
        "each id has a group around it", arguments: [("/web", "/"), ("/g/web", "/g"), ("/g/h/web", "/g/h"), ("/", "/")])
    func parent(id: String, expected: String) {
        #expect(MarathonPath.parent(of: id) == expected)
    }

    @Test(
        "only ids below a group are in it",
        arguments: [
            ("/g/web", "/g", true), ("/g/h/web", "/g", true), ("/g", "/g", false), ("/gg/web", "/g", false),
            ("/web", "/", true), ("/", "/", false),
        ])
    func child(id: String, group: String, expected: Bool) {
        #expect(MarathonPath.isChild(id, of: group) == expected)
    }

    @Test(
        "an id that Marathon accepts has no flaw",
        arguments: ["web", "/web", "/g/web-1", "a.b.c", "../db", "./x", "0", "a1-b2.c3", "/a/b/c"])
    func good(id: String) {
        #expect(MarathonPath.flaw(in: id) == nil)
    }

    @Test(
        "an id that Marathon rejects has one",
        arguments: [
            "", "/", "//a", "a//b", "a/", "Web", "a_b", "-a", "a-", "a..b", "a b", "å", ".a", "a.", "...", "a/../B",
        ])
    func flawed(id: String) {
        #expect(MarathonPath.flaw(in: id) != nil)
    }
}
