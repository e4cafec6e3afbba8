/// The drift that a plan leaves as it is, as notes for an operator.
struct DriftNotes: Equatable, Sendable {
    /// The differences that count as drift.
    let counted: [PlanWarning]
    /// The differences that others may make.
    let ignored: [PlanWarning]

    init(on plan: some TargetPlan, _ policy: DriftPolicy) {
        counted = plan.drifted.compactMap { app in
            policy.relevant(app.drift).map {
                PlanWarning(verb: "note", text: "\(app.id) \($0.sentence) ('observer deploy -force' restores it)")
            }
        }
        ignored = plan.drifted.compactMap { app in
            policy.irrelevant(app.drift).map {
                PlanWarning(verb: "note", text: "\(app.id) \($0.sentence), and stays so (\(policy.exemption))")
            }
        }
    }
}
