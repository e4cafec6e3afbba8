import ArgumentParser
import Foundation
import Glibc
import ObserverEngine

/// Asks before something is done that can't be taken back by itself.
struct Confirmation: ParsableArguments {
    @Flag(name: .goStyle("yes"), help: "do it without asking")
    var isGiven = false

    /// The person thought better of it.
    struct Declined: Error, CustomStringConvertible {
        let description = "Nothing was done."
    }

    /// - Parameter question: What will happen, ending in a question mark.
    /// - Throws: `Declined`, `ValidationError` where there is nobody to ask
    func confirm(_ question: String) throws {
        if isGiven { return }
        guard isatty(STDIN_FILENO) == 1 else {
            throw ValidationError("There is no terminal to ask on: \(question.printable)\nGo ahead with -yes.")
        }
        try FileHandle.standardError.write(contentsOf: Data("\(question.printable) [y/N] ".utf8))
        guard let answer = readLine(), ["y", "yes"].contains(answer.trimmingCharacters(in: .whitespaces).lowercased())
        else { throw Declined() }
    }
}
