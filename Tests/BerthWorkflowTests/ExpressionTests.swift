import Testing

@testable import BerthWorkflow

/// GitHub's expression language, as its documentation and its own language tests define it.
@Suite struct ExpressionTests {
    static let contexts: [String: ExpressionValue] = [
        "github": .object(ExpressionObject([("event_name", .string("push"))], missing: "is not known before the run")),
        "matrix": .object(
            ExpressionObject([
                ("os", .string("linux")), ("version", .number(3.1)), ("list", .array([.string("A"), .number(2)])),
                (
                    "objects",
                    .array([
                        .object(ExpressionObject([("name", .string("x")), ("tags", .array([.string("p")]))])),
                        .object(ExpressionObject([("name", .string("y"))])), .string("z"),
                    ])
                ),
            ])),
        "needs": .object(ExpressionObject()),
    ]

    static func value(_ text: String, status: JobStatus = .ready) throws -> ExpressionValue {
        try ExpressionEvaluator(contexts: contexts, status: status).value(ExpressionParser.parse(text))
    }

    @Test(arguments: [
        ("true", ExpressionValue.boolean(true)), ("null", .null), ("-9.2", .number(-9.2)), ("0xff", .number(255)),
        ("0o10", .number(8)), ("1.2e2", .number(120)), (".5", .number(0.5)), ("+3", .number(3)),
        ("'it''s'", .string("it's")), ("''", .string("")), ("Infinity", .number(.infinity)),
        ("0xffffffff", .number(-1)),
    ])
    func `literals are read`(text: String, value: ExpressionValue) throws {
        #expect(try Self.value(text) == value)
    }

    @Test(arguments: [
        ("0 == -0", true), ("120 == 1.2e2", true), ("NaN == NaN", false), ("Infinity == Infinity", true),
        ("'a' == 'A'", true), ("'a' != 'b'", true), ("null == null", true), ("false == 0", true), ("true == 1", true),
        ("true == 2", false), ("false == ''", true), ("false == ' 0.0 '", true), ("true == ' 1 '", true),
        ("true == 'true'", false), ("false == null", true), ("0 == ''", true), ("120 == ' +1.2e2 '", true),
        ("255 == ' 0xff '", true), ("8 == '0o10'", true), ("1 == 'a'", false), ("'' == null", true),
        ("'0' == null", true), ("'false' == null", false), ("matrix == matrix", false), ("null == matrix", false),
        ("matrix.list == matrix.list", false), ("'ı' == 'I'", false), ("'ß' == 'SS'", true),
        ("2 > 1", true), ("'a' < 'B'", true), ("'Z' < 'a'", false), ("'b' > 'A'", true), ("'10' > 9", true),
        ("'x' > 9", false), ("NaN >= NaN", false),
        ("2 >= 2", true), ("true > false", true), ("false >= true", false), ("1 < 2", true), ("2 <= 1", false),
        ("null < 1", true), ("matrix > 1", false),
    ])
    func `comparisons coerce as GitHub's do`(text: String, holds: Bool) throws {
        #expect(try Self.value(text) == .boolean(holds))
    }

    @Test(arguments: [
        ("'' || 'x'", "x"), ("'a' && 'b'", "b"), ("0 && 'b'", "0"), ("null || 0", "0"), ("!''", "true"),
        ("!'x'", "false"),
        ("!NaN", "true"), ("!matrix", "false"), ("1 == 1 && 'yes' || 'no'", "yes"), ("1 == 2 && 'yes' || 'no'", "no"),
        ("!(1 == 2) && 3 > 2", "true"), ("true || false && false", "true"), ("1 < 2 == true", "true"),
        ("matrix.os", "linux"), ("matrix['OS']", "linux"), ("matrix.none", ""), ("matrix.none.more", ""),
        ("matrix.list[0]", "A"), ("matrix.list[7]", ""), ("matrix.list[-1]", ""), ("matrix.list['1']", "2"),
        ("join(matrix.objects.*.name)", "x,y"), ("join(matrix.objects.*.tags.*, '-')", "p"),
        ("matrix.version", "3.1"), ("needs", "Object"), ("matrix.list", "Array"), ("github.event_name", "push"),
    ])
    func `operators, members and stars`(text: String, written: String) throws {
        #expect(try Self.value(text).text == written)
    }

    @Test(arguments: [
        ("contains('Hello', 'ELL')", "true"), ("contains('', '')", "true"), ("contains(matrix.list, 'a')", "true"),
        ("contains(matrix.list, '2')", "true"), ("contains(matrix, 'os')", "false"), ("contains(123, 2)", "true"),
        ("contains('x', null)", "true"), ("contains(fromJSON('[\"push\"]'), github.event_name)", "true"),
        ("startsWith('Hello', 'he')", "true"), ("startsWith('Hello', 'lo')", "false"), ("startsWith(null, '')", "true"),
        ("startsWith(matrix, '')", "false"), ("endsWith('Hello', 'LO')", "true"), ("endsWith(12, 2)", "true"),
        ("format('{0}-{1}-{0}', 'a', 2)", "a-2-a"), ("format('{{0}}', 'a')", "{0}"), ("format('{{{0}}}', 'a')", "{a}"),
        ("format(null)", ""), ("format('{0}', -0)", "0"), ("join(matrix.list)", "A,2"), ("join('a', '-')", "a"),
        ("join(matrix.list, '; ')", "A; 2"), ("toJSON('a\"b')", "\"a\\\"b\""), ("toJSON(null)", "null"),
        ("toJSON(matrix.list)", "[\n  \"A\",\n  2\n]"), ("toJSON(needs)", "{}"), ("toJSON(true)", "true"),
        ("fromJSON('{\"a\": [1, {\"b\": null}]}').a[0]", "1"), ("fromJSON('true')", "true"), ("fromJSON('1e1')", "10"),
        ("FROMJSON(toJSON(matrix)).os", "linux"), ("case(1 == 2, 'a', true, 'b', 'c')", "b"),
        ("case(false, 1, 2)", "2"),
        ("always()", "true"), ("failure()", "false"), ("cancelled()", "false"), ("success()", "true"),
    ])
    func `functions`(text: String, written: String) throws {
        #expect(try Self.value(text).text == written)
    }

    static let numbers: [(Double, String)] = [
        (3.10, "3.1"), (1, "1"), (-0.0, "0"), (1e15, "1E+15"), (123_456_789_012_345, "123456789012345"), (0.1, "0.1"),
        (0.00001, "1E-05"), (0.0001, "0.0001"), (2.5e-7, "2.5E-07"), (1e21, "1E+21"), (1.5e300, "1.5E+300"),
        (0.33333333333333331, "0.333333333333333"), (0.66666666666666663, "0.666666666666667"),
        (0.30000000000000004, "0.3"), (.infinity, "Infinity"), (-.infinity, "-Infinity"), (.nan, "NaN"),
        (999_999_999_999_999.9, "1E+15"), (-12.5, "-12.5"), (100, "100"), (1234.5, "1234.5"),
    ]

    @Test(arguments: numbers)
    func `numbers are written with 15 digits, as .NET does`(number: Double, text: String) {
        #expect(ExpressionNumber.text(number) == text)
    }

    @Test(arguments: [
        ("", "the expression is empty"), ("a", "there is no context a"),
        ("githb.ref", "there is no context githb; did you mean \"github\"?"),
        ("contain('a', 'b')", "there is no function contain; did you mean \"contains\"?"),
        ("contains('a')", "contains takes 2 arguments, not 1"), ("join()", "join takes 1 to 2 arguments, not 0"),
        ("github.", "the expression ends too early"), ("(1 == 1", "the expression ends too early; ) is missing"),
        ("1 1", "1 is not expected here"), ("'open", "the text that begins at character 1 has no closing quote '"),
        ("\"x\"", "\"x\" is not expected at character 1; texts stand in single quotes"),
        ("1 = 1", "= is not expected at character 3"),
        ("a & b", "& is not expected at character 3"), ("github[", "the expression ends too early"),
        ("1x", "1x is not expected at character 1"), ("!", "the expression ends too early"),
        ("github.ref)", ") is not expected here"),
        ("$x", "$x is not expected at character 1"),
    ])
    func `what cannot be parsed is told`(text: String, message: String) {
        #expect(throws: ExpressionFault(message: message)) { try ExpressionParser.parse(text) }
    }

    @Test(arguments: [
        "format('{0}')", "format('{0')", "format('0}')", "format('}{0}', 1)", "format('{a}', 1)", "format('{}', 1)",
        "format('{99999999999999999999}', 1)", "fromJSON('')", "fromJSON('{')", "case(true, 1)", "case(1, 2, 3, 4)",
    ])
    func `what GitHub ends a run for is a fault`(text: String) {
        #expect(throws: ExpressionFault.self) { try Self.value(text) }
    }

    @Test(arguments: [
        ("github.ref", "github.ref is not known before the run"),
        ("steps.a.outputs.b", "steps is not known before the run"),
        ("hashFiles('a')", "hashFiles is known only in the job"),
        ("github.ref == 'x'", "github.ref is not known before the run"),
        ("contains(github.ref, 'x')", "github.ref is not known before the run"),
        ("toJSON(github)", "is not known before the run"),
        ("github.ref || 'main'", "github.ref is not known before the run"),
        ("matrix[github.ref]", "github.ref is not known before the run"),
        ("!github.ref", "github.ref is not known before the run"),
        ("case(github.ref, 1, 2)", "github.ref is not known before the run"),
        ("github.event.a.*", "github.event is not known before the run"),
    ])
    func `what is not known before a run is unknown, with its reason`(text: String, reason: String) throws {
        guard case .unknown(let unknown) = try Self.value(text) else {
            Issue.record("known")
            return
        }
        #expect(unknown.reason == reason)
    }

    @Test(arguments: [
        ("github.ref && false", false), ("false && github.ref", false), ("github.ref || true", true),
        ("true || github.ref", true),
        ("!(github.ref && false)", true), ("github.ref && true", nil), ("github.ref || false", nil),
        ("(github.ref && false) || false", false),
    ])
    func `an unknown side may leave the truth of the whole known`(text: String, truth: Bool?) throws {
        #expect(try Self.value(text).truth == truth)
    }

    @Test func `success asks what became of the jobs above`() throws {
        #expect(try Self.value("success()", status: .afterSkipped("a")) == .boolean(false))
        #expect(try Self.value("success()", status: .afterUnknown("a")).isUnknown)
    }

    @Test func `long and deep expressions are refused before they are walked`() throws {
        let deep = [
            String(repeating: "(", count: 10_000) + "1" + String(repeating: ")", count: 10_000),
            String(repeating: "!", count: 20_000) + "1", "github" + String(repeating: ".a", count: 10_000),
            "1" + String(repeating: " && 1", count: 4_000), String(repeating: "github[", count: 2_000),
            "'" + String(repeating: "x", count: 21_001) + "'",
        ]
        for text in deep { #expect(throws: ExpressionFault.self) { try ExpressionParser.parse(text) } }
        #expect(try Self.value("1" + String(repeating: " && 1", count: 200)) == .number(1))
    }

    @Test func `plain YAML scalars have GitHub's types`() {
        let expected: [(String, ExpressionValue)] = [
            ("3.10", .number(3.1)), ("0x10", .number(16)), ("0o17", .number(15)), ("1e3", .number(1000)),
            ("-.5", .number(-0.5)),
            (".inf", .number(.infinity)), ("True", .boolean(true)), ("FALSE", .boolean(false)), ("yes", .string("yes")),
            ("on", .string("on")),
            ("1_000", .string("1_000")), ("1.2.3", .string("1.2.3")), ("0b1", .string("0b1")), ("-", .string("-")),
            ("12e", .string("12e")),
        ]
        for (text, value) in expected { #expect(YAMLScalar.value(text, quoted: false) == value, "\(text)") }
        #expect(YAMLScalar.value("3.10", quoted: true) == .string("3.10"))
    }
}
