/// The webhook as the documented log shows it, in the manner of Go's structs; never with its secret.
extension DesiredHook {
    var documentedLine: String {
        "Hook: github.Hook{Name:\"web\", Active:true, Config:map[url:\(url)]}"
    }
}

extension DesiredHook {
    /// As it is at GitHub once it is as we want it.
    func hook(id: Int) -> GitHubHook { GitHubHook(id: id, events: events, config: .init(url: url)) }
}

extension GitHubHook {
    var documented: String {
        let list = events.map { "\"\($0)\"" }.joined(separator: " ")
        return "github.Hook{Name:\"\(name)\", Events:[\(list)], Active:\(active), "
            + "Config:map[url:\(config.url ?? "")], ID:\(id)}"
    }
}
