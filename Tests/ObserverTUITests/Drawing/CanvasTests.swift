import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Canvas")
struct CanvasTests {
    @Test("clips text outside the canvas")
    func clipping() {
        var canvas = Canvas(size: Size(columns: 6, rows: 2))
        canvas.write(Text("abcdef"), in: Rect(column: 4, row: 0, columns: 10, rows: 1))
        canvas.write(Text("xyz"), in: Rect(column: -1, row: 1, columns: 3, rows: 1))
        canvas.write(Text("lost"), in: Rect(column: 0, row: 2, columns: 4, rows: 1))
        canvas.write(Text("lost"), in: Rect(column: 0, row: -1, columns: 4, rows: 1))
        #expect(canvas.text == "    ab\nyz    ")
    }

    @Test("replaces a wide character by spaces if half of it is overwritten")
    func halves() {
        var canvas = Canvas(size: Size(columns: 6, rows: 1))
        canvas.write(Text("漢字漢"), in: canvas.bounds)
        canvas.write(Text("x"), in: Rect(column: 1, row: 0, columns: 1, rows: 1))
        canvas.write(Text("y"), in: Rect(column: 2, row: 0, columns: 1, rows: 1))
        #expect(canvas.text == " xy 漢")
        #expect(canvas.cells.count(where: \.isContinuation) == 1)
    }

    @Test("does not split a wide character at the edge")
    func edge() {
        var canvas = Canvas(size: Size(columns: 3, rows: 1))
        canvas.write(Text("漢字"), in: Rect(column: 0, row: 0, columns: 4, rows: 1))
        #expect(canvas.text == "漢 ")
    }

    @Test("has an ASCII substitute of the same width for every sign")
    func ascii() {
        var canvas = Canvas(size: Size(columns: 22, rows: 1), charset: .ascii)
        canvas.write(Text("● ✓ ✗ ▸ ━ … ü 漢 ⊘ ↩ ×"), in: canvas.bounds)
        #expect(canvas.text == "* + x > = ~ ? ?? % < x")
        #expect(canvas.cells.allSatisfy { $0.base.isASCII && !$0.isContinuation })
    }

    @Test("the ASCII signs of different states differ, and none looks like part of a commit ID")
    func stages() {
        var words: [Unicode.Scalar: Set<String>] = [:]
        for stage in DeploymentSummary.Stage.allCases {
            var row = Sample.deployments[0]
            row.stage = stage
            let sign = StageMark(row).sign.unicodeScalars.map { Charset.ascii.rendering(of: $0) }
            #expect(sign.count == 1 && !sign.contains { $0.properties.isASCIIHexDigit }, "\(stage)")
            for scalar in sign { words[scalar, default: []].insert(StageMark(row).sign) }
        }
        #expect(words.values.allSatisfy { $0.count == 1 }, "\(words)")
    }

    @Test("expires with the first of its parts")
    func expiry() {
        var canvas = Canvas(size: Size(columns: 1, rows: 1))
        #expect(canvas.expiry == nil)
        canvas.expires(at: Date(timeIntervalSince1970: 20))
        canvas.expires(at: Date(timeIntervalSince1970: 10))
        canvas.expires(at: nil)
        #expect(canvas.expiry == Date(timeIntervalSince1970: 10))
    }
}
