/// A page of metrics, parsed by the rules of Prometheus' text format. The initializer throws if a rule is broken.
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats
struct PrometheusPage {
    struct Malformed: Error {
        let line: String
    }

    private var samples: [String: Double] = [:]

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Malformed(line: "the last line is not terminated") }
        var kinds: [String: String] = [:]
        var helped: Set<String> = []
        var family: String?
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            if let match = line.wholeMatch(of: #/# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) .+/#) {
                guard helped.insert(String(match.1)).inserted else { throw Malformed(line: String(line)) }
            } else if let match = line.wholeMatch(of: #/# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/#) {
                let name = String(match.1)
                guard kinds[name] == nil, helped.contains(name) else { throw Malformed(line: String(line)) }
                kinds[name] = String(match.2)
                family = name
            } else {
                try add(line, family: family, kind: family.flatMap { kinds[$0] })
            }
        }
    }

    /// The value of a sample, by its name and labels without those of the branch.
    subscript(sample: String) -> Double? { samples[sample] }

    private mutating func add(_ line: Substring, family: String?, kind: String?) throws {
        guard let family, let kind,
            let match = line.wholeMatch(
                of: #/([a-zA-Z_:][a-zA-Z0-9_:]*)\{((?:,?[a-z]+="(?:[^"\\]|\\["\\n])*")+)\} ([-+0-9.eE]+)/#),
            let value = Double(match.3)
        else { throw Malformed(line: String(line)) }
        let labels = match.2.matches(of: #/([a-z]+)="(?:[^"\\]|\\["\\n])*"/#)
        let own = labels.filter { !["repository", "branch"].contains($0.1) }.map { String($0.0) }
        guard family == "dploy_observer_info" || labels.count == own.count + 2 else {
            throw Malformed(line: String(line))
        }
        let name = String(match.1) + (own.isEmpty ? "" : "{\(own.joined(separator: ","))}")
        guard samples[name] == nil else { throw Malformed(line: String(line)) }
        let suffixes = kind == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard suffixes.contains(where: { family + $0 == match.1 }), kind != "counter" || family.hasSuffix("_total")
        else { throw Malformed(line: String(line)) }
        samples[name] = value
    }
}
