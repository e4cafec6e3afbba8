import struct Foundation.Date

/// The column of times in a list: narrow and relative, or of the clock.
extension DashboardState {
    var timeColumns: Int { timeStyle == .relative ? 4 : 8 }

    func listTime(_ date: Date, into canvas: inout Canvas) -> Text {
        let text =
            timeStyle == .relative
            ? canvas.stamp(.age(of: date, at: pictureTime)) : timesClock.compact(date, today: pictureTime)
        return Text(text, .secondary).fitted(to: timeColumns, .right)
    }
}

extension Canvas {
    /// The words of a time that is drawn; the picture holds as long as they do.
    mutating func stamp(_ time: TimeText) -> String {
        expires(at: time.expiry)
        return time.text
    }
}
