import ArgumentParser
import Foundation
import ObserverEngine

extension Operator.Role: ExpressibleByArgument {}

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        "token", "create <name>", abstract: "Create a token for the control API.",
        discussion: """
            Prints the token once, and adds its name, role and SHA-256 to the file of -tokens. A running observer accepts it \
            at once. To revoke it, remove its line from the file. The role 'read' permits reading everything and planning; \
            'operate' also deploying, rolling back, approving, pausing and cancelling; 'admin' everything.
            """)

    enum Operation: String, ExpressibleByArgument, CaseIterable {
        case create
    }

    @Argument(help: "The only operation: create.") var operation: Operation
    @Argument(help: "Name of the person or the program that uses the token.") var name: String

    @Option(name: .goStyle("role"), help: "What the token permits: read, operate or admin. (default: read)")
    var role: Operator.Role?

    @Option(
        name: .goStyle("tokens"),
        help: ArgumentHelp(
            "File to add the token to. (default: DPLOY_OBSERVER_TOKENS; if unset, prints the line)", valueName: "file"),
        completion: .file())
    var tokens: String?

    @OptionGroup var output: OutputFlags

    func validate() throws {
        if let flaw = ControlToken.flaw(inName: name) { throw ValidationError("The name \(flaw).") }
    }

    func run() throws {
        let secret = ControlToken.random()
        let token = ControlToken(name: name, role: role ?? .read, token: secret)
        let sources = SettingSources(
            flags: tokens.map { [.tokens: $0] } ?? [:], environment: ProcessInfo.processInfo.environment,
            directory: FileManager.default.currentDirectoryPath)
        let path = sources.tokensFile
        if let path { try TokenFile.add(token, to: path) }
        let created = CreatedToken(
            name: name, role: token.role, token: secret.value, line: token.line, file: path)
        // Only the token itself is on standard output, so that a script can read it.
        if !output.isJSON {
            let notes = created.notes.map { $0.printable + "\n" }.joined()
            try FileHandle.standardError.write(contentsOf: Data(notes.utf8))
        }
        try output.write(created)
    }
}

/// A token that was created. Nothing shows it again.
struct CreatedToken: Report {
    let name: String
    let role: Operator.Role
    let token: String
    /// Its line for the file of `-tokens`.
    let line: String
    /// The file that it was added to.
    let file: String?

    func lines(in style: TextStyle) -> [String] { [token] }

    var notes: [String] {
        let destination =
            file.map { ["Added \(name) (\(role.rawValue)) to \($0)."] } ?? [
                "Add this line to the file of -tokens:", line,
            ]
        return destination + ["The token is shown only once:"]
    }
}
