import Foundation
import ObserverEngine
import Testing

@Suite("The app descriptor")
struct AppDescriptorTests {
    @Test(
        "reports errors with their position",
        arguments: [
            ("app_name: [", "is not valid YAML: line 2, column 1: did not find expected node content."),
            ("app_name: s4d\nb: \u{1}", "is not valid YAML: line 2, column 4: control characters are not allowed."),
            ("a: 1\nb: 2\na: 3", "is not valid YAML: duplicate key 'a'."),
            ("a: *b", "is not valid YAML: line 1, column 4: found undefined alias."),
            ("- a", "is not a YAML mapping like 'app_name: NAME'."),
            ("app_name: [s4d]", "app_name: expected a string, found a list or a mapping."),
        ])
    func sentences(yaml: String, sentence: String) {
        let error = #expect(throws: (any Error).self) { try AppDescriptor(yaml: Data(yaml.utf8)) }
        #expect(error.map { "\($0)" } == sentence)
    }
}
