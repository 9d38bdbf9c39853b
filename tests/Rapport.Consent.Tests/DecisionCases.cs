using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Fhir;

namespace Rapport.Consent.Tests;

/// <summary>The cases in Cases/*.json: each a record, consents, and requests with what they get and why.</summary>
public sealed class DecisionCases
{
    public static TheoryData<string, string> All =>
        [.. Files.SelectMany(static file => file.Value["cases"]!.AsArray().Select(c => (file.Key, Text(c!, "title")!)))];

    private static Dictionary<string, JsonNode> Files { get; } = Directory
        .GetFiles(Path.Combine(AppContext.BaseDirectory, "Cases"), "*.json")
        .ToDictionary(static path => Path.GetFileNameWithoutExtension(path), static path => JsonNode.Parse(File.ReadAllText(path))!);

    [Theory]
    [MemberData(nameof(All))]
    public void EveryRequestGetsWhatItsCaseSays(string file, string title)
    {
        var theCase = Files[file]["cases"]!.AsArray().Single(c => Text(c!, "title") == title)!;
        var record = new TestRecord([.. (theCase["record"] ?? theCase.Root["record"])!.AsArray().Select(Entry)]);
        var compiled = CompiledConsents.Compile([.. theCase["consents"]!.AsArray().Select(Consent)], record);
        foreach (var request in theCase["requests"]!.AsArray())
        {
            Check(title, record, compiled, request!.AsObject());
        }
    }

    /// <summary>Consents and decisions are kept for readers of any language: no sentence may be kept with them.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void EveryReasonIsToldInTheLanguageOfWhoAsks(string file, string title)
    {
        var theCase = Files[file]["cases"]!.AsArray().Single(c => Text(c!, "title") == title)!;
        var record = new TestRecord([.. (theCase["record"] ?? theCase.Root["record"])!.AsArray().Select(Entry)]);
        var compiled = CompiledConsents.Compile([.. theCase["consents"]!.AsArray().Select(Consent)], record);
        foreach (var request in theCase["requests"]!.AsArray())
        {
            var decision = Decide(compiled, request!.AsObject());
            var english = Say(decision, record, "en");
            var spanish = Say(decision, record, "es");

            Assert.Equal(english, Say(decision, record, "en"));
            Assert.All(english.Zip(spanish), said => Assert.NotEqual(said.First, said.Second));
            Assert.All(spanish.Take(record.Count), reason => Assert.True(reason.StartsWith("se comparte con ", StringComparison.Ordinal) || reason.StartsWith("se queda con usted: ", StringComparison.Ordinal), reason));
        }
    }

    /// <summary>The reasons of all entries, then the problems.</summary>
    private static List<string> Say(Decision decision, TestRecord record, string language)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        return [.. Enumerable.Range(0, record.Count).Select(entry => decision.ReasonFor(entry).Text), .. decision.Problems];
    }

    private static Decision Decide(CompiledConsents compiled, JsonObject expected) => compiled.Decide(new DisclosureRequest(
        new Recipient(Text(expected, "who")!, Texts(expected, "knownAs")),
        Text(expected, "for") ?? "TREAT",
        Text(expected, "to") ?? "access",
        DateTimeOffset.Parse(Text(expected, "on") ?? "2026-06-01", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)));

    private static void Check(string title, TestRecord record, CompiledConsents compiled, JsonObject expected)
    {
        var decision = Decide(compiled, expected);
        var report = new StringBuilder();
        var gets = decision.Permitted.ToArray().Select(e => record.Entries[e].Reference);
        Expect(report, "gets", Texts(expected, "gets"), gets);
        foreach (var (entry, reason) in expected["because"]?.AsObject() ?? [])
        {
            var index = record.Entries.ToList().FindIndex(e => e.Reference == entry);
            Expect(report, $"because of {entry}", [reason!.GetValue<string>()], [decision.ReasonFor(index).Text]);
        }

        if (expected.ContainsKey("by"))
        {
            Expect(report, "by", Texts(expected, "by"), decision.Consents);
        }

        if (expected.ContainsKey("until"))
        {
            Expect(report, "until", [Text(expected, "until") ?? ""], [decision.ValidUntil?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) ?? ""]);
        }

        if (expected.ContainsKey("opens"))
        {
            Expect(report, "opens", Texts(expected, "opens"), decision.ToOpen);
        }

        if (expected.ContainsKey("problems"))
        {
            Expect(report, "problems", Texts(expected, "problems"), decision.Problems);
        }

        Assert.True(report.Length == 0, $"{title}, for {Text(expected, "who")}:\n{report}");
    }

    private static void Expect(StringBuilder report, string what, IEnumerable<string> expected, IEnumerable<string> actual)
    {
        var (left, right) = (string.Join("\n    ", expected), string.Join("\n    ", actual));
        if (left != right)
        {
            report.Append(CultureInfo.InvariantCulture, $"  {what}\n    expected:\n    {left}\n    actual:\n    {right}\n");
        }
    }

    private static TestEntry Entry(JsonNode? entry) => new(Text(entry!, "entry")!)
    {
        On = Text(entry!, "on"),
        Ends = Text(entry!, "ends"),
        CommentOn = Text(entry!, "commentOn"),
        Codes = [.. Texts(entry!, "codes").Select(ShortConsent.Code)],
        Classes = [.. Texts(entry!, "classes").Select(ShortConsent.Code)],
        Labels = [.. Texts(entry!, "marked").Select(ShortConsent.Label)],
        Authors = [.. Texts(entry!, "by")],
        Refers = [.. Texts(entry!, "about")],
    };

    private static PatientConsent Consent(JsonNode? shortForm) =>
        PatientConsent.Read(Resource.Read(Encoding.UTF8.GetBytes(ShortConsent.Expand(shortForm).ToJsonString())));

    private static string? Text(JsonNode node, string name) => node[name]?.GetValue<string>();

    private static IEnumerable<string> Texts(JsonNode node, string name) =>
        node[name]?.AsArray().Select(static n => n!.GetValue<string>()) ?? [];
}
