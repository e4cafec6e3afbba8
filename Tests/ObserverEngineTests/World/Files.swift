/// Files that tests push.
enum Files {
    static let descriptor = "marathon_url: http://localhost:8080\napp_name: s4d\n"

    static let helloWorld: [String: String?] = [
        "dploy.app": descriptor, "specs/helloworld.json": app("helloworld"),
    ]

    /// The spec of an app.
    /// - Parameter extra: More JSON fields, starting with a comma.
    static func app(
        _ id: String, mem: Int = 32, instances: Int = 1, healthCheck: Bool = false, extra: String = ""
    ) -> String {
        let check = healthCheck ? #","healthChecks":[{"protocol":"HTTP","path":"/","portIndex":0}]"# : ""
        return #"{"id":"\#(id)","cmd":"sleep 1000","cpus":0.1,"mem":\#(mem),"#
            + #""instances":\#(instances)\#(check)\#(extra)}"#
    }
}
