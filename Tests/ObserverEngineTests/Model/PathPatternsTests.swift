import Foundation
import Testing

@testable import ObserverEngine

@Suite("Patterns of paths")
struct PathPatternsTests {
    @Test(
        "a path is included by the last pattern that matches it",
        arguments: [
            ("deploy/**", "deploy/a", true), ("deploy/**", "deploy/a/b", true), ("deploy/**", "deploy", false),
            ("deploy/**", "docs/a", false), ("deploy/", "deploy/a/b", true), ("/deploy/", "deploy/a", true),
            ("*.yaml", "compose.yaml", true), ("*.yaml", "deploy/compose.yaml", false),
            ("**/*.yaml", "deploy/x/compose.yaml", true), ("**/*.yaml", "compose.yaml", true),
            ("**.yaml", "deploy/compose.yaml", true), ("a/**/z", "a/z", true), ("a/**/z", "a/b/c/z", true),
            ("a/**/z", "a/bz", false), ("a/*/z", "a/b/z", true), ("a/*/z", "a/b/c/z", false), ("?.txt", "a.txt", true),
            ("?.txt", "/.txt", false), ("x", "x", true), ("x", "xy", false), ("**", "any/thing", true),
            ("deploy/**,!docs/**", "docs/a", false), ("deploy/**,!deploy/README.md", "deploy/README.md", false),
            ("deploy/**, !deploy/*.md", "deploy/README.md", false), ("deploy/**,!deploy/*.md", "deploy/a/b.md", true),
            ("!docs/**,!*.md", "src/a", true), ("!docs/**,!*.md", "README.md", false),
            ("!docs/**,docs/api.yaml", "docs/api.yaml", true), ("!docs/**,docs/api.yaml", "src/a", false),
            ("grün/*", "grün/ß", true), ("[a]", "[a]", true), ("***", "a/b", true),
        ])
    func included(patterns: String, path: String, expected: Bool) throws {
        #expect(try PathPatterns(patterns).include(path) == expected)
    }

    @Test("an empty pattern is refused", arguments: ["", "deploy/**,", "!", "/", "a,,b"])
    func invalid(patterns: String) {
        #expect(throws: PathPatterns.Invalid.self) { try PathPatterns(patterns) }
    }

    @Test("many stars take no longer than one")
    func stars() throws {
        let patterns = try PathPatterns(String(repeating: "*a", count: 200) + "b")
        #expect(!patterns.include(String(repeating: "a", count: 4000)))
    }
}

@Suite("Rules on pushes")
struct PushRulesTests {
    @Test("the files of a commit with as many as GitHub lists are unknown", arguments: [(2999, false), (3000, true)])
    func cutOff(count: Int, isUnknown: Bool) throws {
        let files = (0..<count).map { #""f\#($0)""# }.joined(separator: ",")
        let commit = #"{"added":[\#(files)],"removed":[],"modified":[]}"#
        let json = #"{"created":false,"forced":false,"commits":[\#(commit)]}"#
        #expect((PushedFiles.list(in: Data(json.utf8)) == nil) == isUnknown)
    }

    @Test(
        "decide by the message and the changed files; unknown files are deployed",
        arguments: [
            (nil, "Change", ["docs/a"], nil), ("deploy/**", "Change", ["docs/a"], .paths),
            ("deploy/**", "Change", ["docs/a", "deploy/b"], nil), ("deploy/**", "Change", nil, nil),
            ("deploy/**", "Change", [], .paths), (nil, "Fix [skip deploy]", nil, .message),
            ("deploy/**", "Title\n\n[Skip Deploy]", ["deploy/b"], .message), (nil, "[skip ci]", nil, nil),
        ] as [(String?, String, [String]?, PushSkip?)])
    func decision(paths: String?, message: String, files: [String]?, expected: PushSkip?) throws {
        let rules = PushRules(paths: try paths.map { try PathPatterns($0) })
        #expect(rules.skip(message: message, changedFiles: files) == expected)
    }
}
