import Foundation
import Testing

@testable import ObserverEngine

@Suite("The body of an action")
struct RequestedActionTests {
    @Test(
        "each action is read",
        arguments: [
            (#"{"register":{}}"#, .register), (#"{"removeHook":{"id":7}}"#, .removeHook(id: 7)),
            (#"{"ping":{}}"#, .ping),
            (#"{"deploy":{"force":false}}"#, .deploy(commit: nil, force: false)),
            (#"{"deploy":{"commit":"abc","force":true}}"#, .deploy(commit: "abc", force: true)),
            (#"{"rollback":{"deployment":3}}"#, .rollback(deployment: 3, seenCurrent: nil)),
            (#"{"rollback":{"deployment":3,"seenCurrent":5}}"#, .rollback(deployment: 3, seenCurrent: 5)),
            (#"{"replay":{"delivery":-9223372036854775808}}"#, .replay(delivery: .min)), (#"{"pause":{}}"#, .pause()),
            (#"{"acceptRepository":{"id":4}}"#, .acceptRepository(id: 4)), (#" {"resume": {}} "#, .resume()),
            (#"{"resume":{"ending":"hold"}}"#, .resume(ending: .hold)),
            (#"{"cancel":{"deployment":9223372036854775807}}"#, .cancel(deployment: .max)),
        ] as [(String, ControlAction)])
    func reads(body: String, action: ControlAction) throws {
        #expect(try RequestedAction.action(in: Data(body.utf8)) == action)
    }

    @Test("the actions and their members are those of docs/api.yaml")
    func described() throws {
        #expect(try APIDescription().members(of: "Action") == RequestedAction.members)
    }

    @Test(
        "anything else is refused with the reason",
        arguments: [
            ("", "The body is empty."), ("{", "The body is not valid JSON: line 1, column 2"),
            ("[]", "The body must be an object, not a list."),
            ("{}", "one member, one of acceptRepository, approve, cancel,"),
            ("7", "The body must be an object, not a number."),
            (#"{"pause":{},"resume":{}}"#, "one member"),
            (#"{"stop":{}}"#, "one member"), (#"{"pause":{},"stop":{}}"#, "one member"),
            (#"{"pause":{},"pause":{}}"#, "duplicate"), (#"{"pause":null}"#, "pause must be an object, not null."),
            (#"{"pause":[]}"#, "pause must be an object, not a list."),
            (#"{"pause":{"now":true}}"#, "pause has no member 'now'."),
            (#"{"rollback":{"deployment":3,"seenCurent":5}}"#, "rollback has no member 'seenCurent'."),
            (#"{"deploy":{}}"#, "deploy.force is missing"),
            (#"{"deploy":{"force":1}}"#, "deploy.force is not of the right type"),
            (#"{"deploy":{"commit":null,"force":true}}"#, "deploy.commit is null; omit it instead."),
            (#"{"cancel":{"deployment":"1"}}"#, "cancel.deployment is not of the right type"),
            (#"{"cancel":{"deployment":1.5}}"#, "cancel.deployment is not of the right type"),
            (#"{"cancel":{"deployment":9223372036854775808}}"#, "cancel.deployment is not of the right type"),
        ])
    func refuses(body: String, reason: String) throws {
        let error = #expect(throws: ControlError.self) { try RequestedAction.action(in: Data(body.utf8)) }
        #expect(error?.status == 400)
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test("a long unknown member is cut in the reason")
    func cutsMember() {
        let member = String(repeating: "x", count: 60_000)
        let error = #expect(throws: ControlError.self) {
            try RequestedAction.action(in: Data(#"{"ping":{"\#(member)":1}}"#.utf8))
        }
        #expect((error?.description.utf8.count ?? .max) < 200)
    }
}
