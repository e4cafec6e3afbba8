import ArgumentParser
import ObserverEngine

/// Which part of a long list is wanted.
struct PageFlags: ParsableArguments {
    @Option(name: .goStyle("before"), help: ArgumentHelp("only those before this one", valueName: "id"))
    var before: Int64?

    @Option(name: .goStyle("limit"), help: ArgumentHelp("how many at the most", valueName: "n"))
    var limit = 20

    func validate() throws {
        guard (1...ControlService.pageLimit).contains(limit) else {
            throw ValidationError("-limit must be from 1 to \(ControlService.pageLimit).")
        }
    }
}
