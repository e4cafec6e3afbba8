import Foundation
import ObserverEngine

/// The webhook on one line, and alerts below it.
enum WebhookView {
    static func draw(_ state: DashboardState, _ layout: Layout, in rect: Rect, into canvas: inout Canvas) {
        let isFocused = state.focus == .hook
        var space = rect.inset(columns: 1, rows: 0)
        if layout.hookHasBorder {
            let tabs = PaneTabs(of: .hook, in: layout, focus: state.focus, columns: rect.columns)
            Frame.draw(
                title: tabs.text, style: Frame.style(isFocused: isFocused), in: rect, into: &canvas)
            space = rect.inset(columns: 2, rows: 1)
        }
        let health = health(state, columns: space.columns)
        canvas.writeRight(health, in: space)
        let rest = space.columns - (health.isEmpty ? 0 : health.columns + 3)
        canvas.write(summary(state, columns: rest, into: &canvas), in: space)
        drawAlerts(of: state, in: space.droppingFirst(rows: 1), into: &canvas)
        if isFocused, !layout.hookHasBorder { canvas.restyle(rect.line(0)) { $0.ground = .selection } }
    }

    /// The webhook pane on the whole screen.
    static func drawDocument(_ state: DashboardState, _ layout: Layout, in rect: Rect, into canvas: inout Canvas) {
        let tabs = PaneTabs(of: .hook, in: layout, focus: state.focus, columns: rect.columns)
        Frame.draw(title: tabs.text, style: .accent, in: rect, into: &canvas)
        let document = Document(Detail(subject: .hook, content: .complete), in: state)
        let space = rect.inset(columns: 2, rows: 1)
        for index in 0..<min(document.count, space.rows) { canvas.write(document.line(index), in: space.line(index)) }
    }

    private static func drawAlerts(of state: DashboardState, in space: Rect, into canvas: inout Canvas) {
        let lines = Alert.lines(of: Alert.all(in: state), columns: space.columns, rows: space.rows)
        for (index, line) in lines.enumerated() { canvas.write(line, in: space.line(index)) }
    }

    /// Whether GitHub and the target answer. Where space is short, only a service that does not.
    private static func health(_ state: DashboardState, columns: Int) -> Text {
        guard let engine = state.shown?.engine else { return Text() }
        let dependencies = [engine.gitHub, engine.target].compactMap { $0 }
        let shown = columns >= 100 ? dependencies : dependencies.filter { $0.trouble != nil }
        return .joined(
            shown.map { dependency in
                let mark = DependencyMark(dependency.condition)
                let isGitHub = dependency == engine.gitHub && dependency.condition == .reachable
                let left = columns >= 110 && isGitHub ? engine.rateLimitRemaining : nil
                let words = columns >= 150 ? "requests left" : "left"
                return Text("\(mark.sign) ", Style(ink: mark.ink)) + Text(dependency.name)
                    + Text(
                        left.map { " \($0.formatted(.number.locale(Locale(identifier: "en_US")))) \(words)" } ?? "",
                        .secondary)
            }, by: "   ")
    }

    private static func summary(_ state: DashboardState, columns: Int, into canvas: inout Canvas) -> Text {
        guard let hook = state.shown?.hook else { return Text("Connecting…", .secondary) }
        let mark = RegistrationMark(hook)
        let registration = Text("\(mark.sign) \(mark.word)", Style(ink: mark.ink).bold)
        var facts = [
            hook.id.map { Fact(Text("#\($0)", .secondary)) },
            last(hook, state, into: &canvas),
            hook.nextReviewAt.map { review(at: $0, state, into: &canvas) },
            hook.registration == .registered ? Fact(Text(kind(hook), .secondary)) : nil,
        ].compactMap { $0 }
        let url = Text(hook.url ?? "")
        let leastURL = url.truncatedInTheMiddle(to: Self.widestURL)
        while !facts.isEmpty,
            line(registration, leastURL, facts.map { Text.spaces($0.columns) }).columns > columns
        {
            facts.removeLast()
        }
        let texts = facts.map(\.text)
        let spare = columns - line(registration, Text(), texts).columns - 3
        return line(registration, url.truncatedInTheMiddle(to: spare), texts)
    }

    /// The address matters more than the facts, up to these columns.
    private static let widestURL = 60

    /// A part of the summary. Whether there is space for it does not depend on its time.
    private struct Fact {
        let text: Text
        /// The columns that it needs with its longest time.
        let columns: Int

        init(_ text: Text, leastColumns: Int = 0) {
            self.text = text
            columns = max(text.columns, leastColumns)
        }
    }

    private static func review(at date: Date, _ state: DashboardState, into canvas: inout Canvas) -> Fact {
        let rest = canvas.stamp(.remaining(until: date, at: state.shownTime))
        let words = rest == "now" ? "review now" : "review in \(rest)"
        return Fact(Text(words, .secondary), leastColumns: "review in 59 s".count)
    }

    private static func line(_ registration: Text, _ url: Text, _ facts: [Text]) -> Text {
        .joined([registration] + (url.isEmpty ? [] : [url]) + facts, by: "   ")
    }

    private static func last(_ hook: HookState, _ state: DashboardState, into canvas: inout Canvas) -> Fact? {
        guard let at = hook.lastDeliveryAt else { return nil }
        let age = canvas.stamp(.age(of: at, at: state.shownTime))
        guard let answer = hook.lastAnswer else {
            return Fact(Text("last \(age) ago", .secondary), leastColumns: "last 59s ago".count)
        }
        let ink: Style.Ink = (200..<300).contains(answer) ? .good : .bad
        let text =
            Text("last ", .secondary) + Text("\(answer)", Style(ink: ink)) + Text(", \(age) ago", .secondary)
        return Fact(text, leastColumns: "last 202, 59s ago".count)
    }

    private static func kind(_ hook: HookState) -> String {
        (hook.events + [hook.contentType, hook.isSigned ? "signed" : "unsigned"].compactMap { $0 })
            .joined(separator: ", ")
    }
}
