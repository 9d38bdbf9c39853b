using FsCheck;
using FsCheck.Fluent;

namespace Rapport.Fhir.Tests;

/// <summary>Whatever people type is answered by a value, never by an exception.</summary>
public sealed class HostileInputTests
{
    private static readonly string[] PathPieces =
    [
        "Patient", "name", ".", "(", ")", "[", "]", "'", "'a'", "1", "1.5", "@2020", "@T10:00", "$this", "$index", "%context", "{}", "|", "&", "+", "-", "*", "/",
        "=", "!=", "~", "<", ">=", " and ", " or ", " is ", " as ", " in ", " contains ", " implies ", " div ", "where(", "exists()", "first()", "resolve()", "ofType(Quantity)",
        "extension(", ",", "\\", "`", "\"", "//", "/*", "true", "é", " ",
    ];

    private static readonly string[] QueryPieces =
    [
        "date", "code", "subject", "value-quantity", "_id", "_sort", "_count", "_include", "_lastUpdated", ":", "not", "missing", "exact", "Patient", "|", ",", "\\", "$", "ge", "lt", "ap",
        "2020", "-01", "-32", "T10:00", "Z", "1", ".", "5", "e", "-", "99999999999999999999999999999999", "http://loinc.org", "/", "?", "true", "é", " ", "*",
    ];

    private static readonly Resource Patient = Resource.Read("""{"resourceType":"Patient","id":"p","name":[{"family":"F"}],"birthDate":"1970"}"""u8.ToArray());

    [Fact]
    public void Any_text_is_an_expression_or_a_syntax_error() =>
        Prop.ForAll(Texts(PathPieces), text =>
        {
            if (!PathExpression.TryCompile(text, out var expression, out var error))
            {
                return error.Position >= 0 && error.Position <= text.Length;
            }

            try
            {
                return expression.Evaluate(Patient.Root).Count >= 0;
            }
            catch (PathEvaluationException e)
            {
                return e.Message.Length > 0;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void Any_parameter_is_a_criterion_or_an_error() =>
        Prop.ForAll(Texts(QueryPieces), Texts(QueryPieces), (name, value) =>
        {
            var result = SearchQuery.Parse("Observation", [new(name, value)], new() { Now = DateTimeOffset.UnixEpoch, BaseUrl = "http://a" });
            return result.IsValid != result.Errors.Count > 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void Any_value_of_a_parameter_can_be_compared()
    {
        var codes = SearchParameters.All("Patient").Where(p => p.IsIndexed).Select(p => p.Code).ToArray();
        Prop.ForAll(Arb.From(Gen.Elements(codes)), Texts(QueryPieces), (code, value) =>
        {
            var result = SearchQuery.Parse("Patient", [new(code, value)]);
            return !result.IsValid || SearchMatcher.Matches(result.Query, Patient.Root) || true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void Any_text_is_a_date_or_none() =>
        Prop.ForAll(Texts(QueryPieces), text => !DateRange.TryParse(text, out var range) || range.Low < range.High).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    private static Arbitrary<string> Texts(string[] pieces) => Arb.From(Gen.Elements(pieces).ListOf().Select(list => string.Concat(list)));
}
