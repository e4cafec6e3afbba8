/// An answer of GitHub that says no.
struct Refusal: Error {
    var response: SimulatedResponse

    init(_ status: Int, _ message: String, headers: HeaderFields = [:], extra: JSON = [:]) {
        let body: JSON = ["message": .string(message), "documentation_url": "https://docs.github.com/rest"]
        response = .json(body.merging(extra), status: status, headers: headers)
    }

    static var notFound: Refusal { Refusal(404, "Not Found") }
    static var badCredentials: Refusal { Refusal(401, "Bad credentials") }

    static func invalid(_ errors: [JSON]) -> Refusal {
        Refusal(422, "Validation Failed", extra: ["errors": .array(errors)])
    }

    static func invalidHook(_ message: String) -> Refusal {
        invalid([["resource": "Hook", "code": "custom", "message": .string(message)]])
    }
}
