import ArgumentParser

/// `-h`, of each verb its own.
struct HelpFlag: ParsableArguments {
    @Flag(
        name: [.customShort("h"), .customLong("help", withSingleDash: true), .customLong("help")],
        help: "print this help")
    var isAsked = false
}
