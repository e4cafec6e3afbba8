/// Which specs Marathon complains of. It names an app by its number in the list that it was sent, `(1)/cmd`, which tells
/// an author nothing.
enum RefusedSpecs {
    /// - Parameter applied: What was sent, in its order.
    /// - Returns: nil where a complaint is of no app in particular.
    static func problems(in error: MarathonError, of applied: [AppSpec]) -> [SpecProblem]? {
        guard case .invalid(status: 422, _, let complaints) = error.reason, !complaints.isEmpty else { return nil }
        var problems: [SpecProblem] = []
        for complaint in complaints {
            guard let (index, place) = split(complaint.path), applied.indices.contains(index) else { return nil }
            let spec = applied[index]
            problems.append(
                SpecProblem(
                    file: spec.file, pointer: spec.pointer + place,
                    message: complaint.errors.isEmpty ? "is not valid" : complaint.errors.joined(separator: ", ")))
        }
        return problems
    }

    /// `(1)/healthChecks(0)` is at `/healthChecks/0` of the app 1.
    private static func split(_ path: String) -> (index: Int, place: String)? {
        guard let match = path.wholeMatch(of: #/\/?\((\d+)\)(.*)/#), let index = Int(match.1) else { return nil }
        let place = match.2.replacing(#/\((\d+)\)/#) { "/\($0.1)" }
        return (index, place == "/" ? "" : String(place))
    }
}
