using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rapport.Records;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>The steps in which all there is of one test is shared, over HTTP, of a patient with a few results.</summary>
internal static partial class SeriesWalk
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The first choice that a page offers, as it is written.</summary>
    public static string FirstOf(string page) => Choice().Matches(page)[0].Value;

    [GeneratedRegex("<input type=\"checkbox\" name=\"series\" value=\"(?<key>[^\"]+)\"[^>]*><span><span[^>]*>(?<name>[^<]+)<", RegexOptions.NonBacktracking)]
    private static partial Regex Choice();

    public static List<(string Key, string Name)> Offered(string page) => [.. Choice().Matches(page).Select(static match => (match.Groups["key"].Value, match.Groups["name"].Value))];

    public static string Key(List<(string Key, string Name)> offered, string name) => offered.Single(series => series.Name == name).Key;

    public static async Task<string> ToChoiceAsync(FormVisitor patient, Household home, string step, string scope = "kinds")
    {
        var what = await patient.StepAsync("/share/new", "/share/new", ("who", home.Doctor.Person.Reference), ("aim", "treat"), ("step", "on"));
        var choice = await patient.StepAsync(what, "/share/what", ("scope", scope), ("kind", "results"), ("step", step));
        Assert.StartsWith("/share/series?draft=", choice);
        return choice;
    }

    public static async Task<string> ToReviewAsync(FormVisitor patient, string what, string scope)
    {
        var until = await patient.StepAsync(what, "/share/what", ("scope", scope), ("step", "on"));
        Assert.StartsWith("/share/until", until);
        return await patient.StepAsync(until, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
    }

    /// <summary>The values that the doctor gets.</summary>
    public static async Task<IReadOnlyList<string>> SeenAsync(RunningServer server, Household home)
    {
        var gets = await server.Modules.Records.Gate.DiscloseAsync(new DisclosureAsk(Household.ActorOf(home.Doctor.Person), home.Patient.Person.Record!.Value, "TREAT", new RecordQuery.Everything()), Cancel);
        return [.. Enumerable.Range(0, gets?.Count ?? 0).Select(i => JsonNode.Parse(gets!.ReadResource(i).Json.Span)!["valueQuantity"]?["value"]?.ToJsonString()).OfType<string>().Order(StringComparer.Ordinal)];
    }

    public static Task<(RunningServer, Household)> MoveInAsync() => ShareWalk.MoveInAsync(Record());

    public static IEnumerable<string> Record() =>
    [
        Result("4548-4", "Hemoglobin A1c", "2025-01-01", "5.1"), Result("4548-4", "Hemoglobin A1c", "2025-07-01", "5.2"), Result("2339-0", "Glucose", "2025-07-01", "6.1"),
        """{"resourceType":"Observation","status":"final","code":{"text":"Note without a code"},"effectiveDateTime":"2025-06-01","valueString":"fine","subject":{"display":"Maya"} }""",
    ];

    public static string Result(string code, string name, string date, string value, string? label = null) => $$"""
        {"resourceType":"Observation","status":"final",{{(label is null ? "" : $$"""
        "meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"{{label}}"}]},
        """)}}"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
         "code":{"coding":[{"system":"http://loinc.org","code":"{{code}}","display":"{{name}}"}],"text":"{{name}}"},"effectiveDateTime":"{{date}}","valueQuantity":{"value":{{value}},"unit":"%"},"subject":{"display":"Maya"} }
        """;
}
