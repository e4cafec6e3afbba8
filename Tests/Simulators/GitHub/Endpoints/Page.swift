/// One page of a list, by number, with its `Link` header.
struct Page<Element> {
    var elements: [Element]
    var headers: HeaderFields

    init(of all: [Element], _ request: SimulatedRequest, base: String) {
        let size = min(max(request.query("per_page").flatMap(Int.init) ?? 30, 1), 100)
        let number = max(request.query("page").flatMap(Int.init) ?? 1, 1)
        let last = max((all.count + size - 1) / size, 1)
        elements = Array(all.dropFirst((number - 1) * size).prefix(size))
        var links: [String] = []
        func add(_ target: Int, _ relation: String) {
            let rest = request.query.filter { $0.name != "page" && $0.name != "per_page" }
            let query =
                rest.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }
                + ["per_page=\(size)", "page=\(target)"]
            links.append("<\(base)\(request.encodedPath)?\(query.joined(separator: "&"))>; rel=\"\(relation)\"")
        }
        if number > 1 {
            add(number - 1, "prev")
            add(1, "first")
        }
        if number < last {
            add(number + 1, "next")
            add(last, "last")
        }
        headers = links.isEmpty ? [:] : ["Link": links.joined(separator: ", ")]
    }
}
