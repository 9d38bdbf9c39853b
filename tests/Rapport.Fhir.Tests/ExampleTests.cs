using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Fhir.Tests;

/// <summary>Real documents of others: what is official must check clean, and all of it must go out as it came in.</summary>
public sealed class ExampleTests
{
    /// <summary>The official examples that do not follow R4 themselves, each with what the checker says and why it is right.</summary>
    private static readonly Dictionary<string, (string[] Issues, string Reason)> _officialExceptions = new(StringComparer.Ordinal)
    {
        ["DeviceUseStatement-example.json"] = (
            ["value DeviceUseStatement.reasonReference[0].reference"],
            "refers to a Procedure; R4 allows Condition, Observation, DiagnosticReport, DocumentReference and Media"),
        ["MedicationRequest-medrx0301.json"] = (
            ["value MedicationRequest.dispenseRequest.performer.reference"],
            "refers to a Practitioner; R4 allows Organization only"),
        ["Observation-clinical-gender.json"] = (
            ["value Observation.performer[0].reference"],
            "is performed by an Encounter; R4 allows people, organizations and care teams"),
        ["Questionnaire-qs1.json"] = (
            ["required Questionnaire.item[0].item[0].linkId"],
            "32 of its items have no linkId, which R4 requires"),
        ["SmartCommon.json"] = (
            ["value Bundle.entry[5].resource.subject[0].reference"],
            "refers to a `Practioner`, which is no resource type"),
        ["SmartPatientA.json"] = (
            ["required Bundle.entry[10].resource.participant[0].status", "required Bundle.entry[11].resource.series[0].instance[0].sopClass",
                "required Bundle.entry[11].resource.series[0].modality"],
            "an appointment's participant has no status, an imaging study's series no modality and no sopClass"),
    };

    /// <summary>The summaries that do not follow R4, with the codes and elements of what the checker says.</summary>
    private static readonly Dictionary<string, string> _summaryExceptions = new(StringComparer.Ordinal)
    {
        ["DK_Jens_Villadsen_02.json"] = "a composition without author, an empty fullUrl, spaces in the uris of code systems",
        ["EU_IPS_wylem_bars.json"] = "a narrative without div",
        ["HK_IPS_Sample1.json"] = "narratives that are not well formed",
        ["HK_IPS_Sample2.json"] = "narratives that are not well formed",
        ["HK_IPS_Sample3.json"] = "narratives that are not well formed",
        ["HK_IPS_Sample_with_medication.json"] = "narratives that are not well formed, a unit of time that is no code, an element `rate` without its type",
        ["US_Epic_Jan_idrefs.json"] = "ids of more than 64 characters",
        ["US_Interoperability_Institute_Jared_Bruce_Adams-IPS.json"] = "clinical and verification status without the system of their codes",
        ["US_Interoperability_Institute_Louis_Daniel_Saunders-IPS.json"] = "clinical and verification status without the system of their codes",
        ["US_Interoperability_Institute_Troy Dudley Gross-IPS.json"] = "clinical and verification status without the system of their codes",
        ["US_MEDITECH_ips_3.json"] = "references of the form `Organization/Organization/id`",
        ["US_MEDITECH_ips_4.json"] = "references of the form `Organization/Organization/id`",
        ["hl7_connectathon_may_2025_epic_example2.json"] = "ids of more than 64 characters",
    };

    [Fact]
    public void Official_examples_check_clean_save_for_those_that_break_the_rules_themselves() => Check("fhir-r4-examples", (file, issues) =>
    {
        if (!_officialExceptions.TryGetValue(Path.GetFileName(file), out (string[] Issues, string Reason) expected))
        {
            Assert.True(issues.Count == 0, $"{file}: {string.Join("; ", issues)}");
            return;
        }
        Assert.Equal(expected.Issues, issues.Select(i => $"{i.Code} {i.Location}").Take(expected.Issues.Length));
    });

    [Fact]
    public void Synthea_bundles_check_clean() => Check("synthea-r4", (file, issues) =>
        Assert.True(issues.Count == 0, $"{file}: {string.Join("; ", issues)}"));

    [Fact]
    public void Summaries_check_clean_save_for_those_that_break_the_rules() => Check("ips", (file, issues) =>
        Assert.True(_summaryExceptions.ContainsKey(Path.GetFileName(file)) == issues.Count > 0, $"{file}: {string.Join("; ", issues)}"));

    [Theory]
    [InlineData("fhir-r4-examples")]
    [InlineData("synthea-r4")]
    [InlineData("ips")]
    public void What_comes_in_goes_out_token_for_token(string folder)
    {
        foreach (var file in Files(folder))
        {
            var json = File.ReadAllBytes(file);
            var resource = Resource.Read(json);
            Assert.Equal(json.AsSpan().Trim(" \n\r\t"u8), resource.Json.Span);

            var written = ResourceRewriter.Rewrite(resource.Root, default);

            Assert.Equal(Tokens(json), Tokens(written));
            Assert.Equal(Tokens(json).Sum(t => t.Length), written.Length);
        }
    }

    /// <summary>The elements that navigation shows are those of the document, with names, positions and values.</summary>
    [Theory]
    [InlineData("fhir-r4-examples")]
    [InlineData("ips")]
    public void Navigation_finds_every_value(string folder)
    {
        foreach (var file in Files(folder))
        {
            var json = File.ReadAllBytes(file);
            if (Resource.Parse(json).Resource is not { } resource)
            {
                continue;
            }
            var expected = new List<string>();
            Leaves(JsonNode.Parse(json)!, resource.TypeName, expected);
            var found = new List<string>();
            Leaves(resource.Root, found);
            expected.Sort(StringComparer.Ordinal);
            found.Sort(StringComparer.Ordinal);
            Assert.Equal(expected, found);
        }
    }

    private static void Check(string folder, Action<string, IReadOnlyList<CheckIssue>> judge)
    {
        foreach (var file in Files(folder))
        {
            var result = Resource.Parse(File.ReadAllBytes(file));
            Assert.Equal(result.Issues.Count == 0, result.IsValid);
            judge(file, result.Issues);
        }
    }

    private static IEnumerable<string> Files(string folder)
    {
        string[] files = Directory.GetFiles(Repository.SharedData(folder), "*.json", SearchOption.AllDirectories);
        return files.Where(f => Path.GetFileName(f) != "MANIFEST.json").Order(StringComparer.Ordinal);
    }

    private static List<string> Tokens(byte[] json)
    {
        // Punctuation between values is what the reader steps over: it is taken from the bytes between two tokens.
        var tokens = new List<string>();
        var reader = new Utf8JsonReader(json);
        long end = 0;
        while (reader.Read())
        {
            tokens.AddRange(json[(int)end..(int)reader.TokenStartIndex].Where(b => b is (byte)',' or (byte)':').Select(b => ((char)b).ToString()));
            var length = reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String ? reader.ValueSpan.Length + 2 : (int)(reader.BytesConsumed - reader.TokenStartIndex);
            tokens.Add(System.Text.Encoding.Latin1.GetString(json, (int)reader.TokenStartIndex, length));
            end = reader.TokenStartIndex + length;
        }
        return tokens;
    }

    private static void Leaves(JsonNode node, string path, List<string> leaves)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach ((string name, JsonNode? value) in fields)
                {
                    if (name != "resourceType")
                    {
                        Leaves(value!, path + "." + name.TrimStart('_'), leaves);
                    }
                }
                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is { } item)
                    {
                        Leaves(item, $"{path}[{i}]", leaves);
                    }
                }
                break;
            default:
                leaves.Add(path + "=" + (node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString()));
                break;
        }
    }

    private static void Leaves(Element element, List<string> leaves)
    {
        if (element.HasValue)
        {
            leaves.Add(element.Location + "=" + element.GetString());
        }
        foreach (var child in element.Children)
        {
            Leaves(child, leaves);
        }
    }
}
