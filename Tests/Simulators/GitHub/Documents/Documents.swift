/// The JSON documents of one repository, as the REST API and the webhooks show them.
struct Documents: Sendable {
    /// The base of every address, `http://127.0.0.1:PORT`; it stands for https://api.github.com and https://github.com.
    var api: String
    var owner: String
    var name: String
    var options: GitHubOptions

    static let repositoryID = 58_161_203

    var repositoryURL: String { "\(api)/repos/\(owner)/\(name)" }
    var htmlURL: String { "\(api)/\(owner)/\(name)" }

    /// GitHub's opaque id of a node.
    func nodeID(_ kind: String, _ id: some CustomStringConvertible) -> JSON {
        .string("\(kind)_\(id)")
    }
}
