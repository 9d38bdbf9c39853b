using System.Text.Json;
using Rapport.DemoRecord;
using Rapport.Fhir;
using Rapport.Labelling;

namespace Rapport.Architecture.Tests;

/// <summary>The record of maya, which the server carries and the tool makes.</summary>
public sealed class DemoRecordTests
{
    private static readonly string Committed =
        File.ReadAllText(Path.Combine(House.Root.FullName, "src", "Rapport.Server", "Demo", "maya.json"));

    private static readonly JsonElement[] Entries = [.. JsonDocument.Parse(Committed).RootElement.GetProperty("entry").EnumerateArray()];

    [Fact]
    public void IsWhatTheToolMakes() => Assert.Equal(MayaRecord.Create(), Committed, ignoreLineEndingDifferences: true);

    [Fact]
    public void IsValidFhir()
    {
        ParseResult parsed = Resource.Parse(System.Text.Encoding.UTF8.GetBytes(Committed));

        Assert.Empty(parsed.Issues);
        Assert.True(parsed.IsValid);
    }

    [Fact]
    public void IsAboutOnePatient() => Assert.Single(Entries, entry => TypeOf(entry) == "Patient");

    [Fact]
    public void HasSomethingSensitiveOfSeveralKinds()
    {
        // By the rules that every record is labelled by: the file itself says nothing of it.
        Assert.DoesNotContain("\"security\"", Committed, StringComparison.Ordinal);
        var resources = Entries.ToDictionary(
            entry => entry.GetProperty("fullUrl").GetString()!, entry => Resource.Read(System.Text.Encoding.UTF8.GetBytes(entry.GetProperty("resource").GetRawText())));
        var labels = resources.Values.SelectMany(resource => Labeller.Label(resource, resources.GetValueOrDefault)).Select(label => label.Code);

        Assert.Superset(new HashSet<string> { "PSY", "ETHUD", "SEX", "STD", "HIV" }, labels.ToHashSet());
    }

    [Fact]
    public void EveryReferenceIsToSomethingInIt()
    {
        var there = Entries.Select(entry => entry.GetProperty("fullUrl").GetString()).ToHashSet();

        Assert.All(Entries.SelectMany(References), reference => Assert.Contains(reference, there));
    }

    private static string? TypeOf(JsonElement entry) => entry.GetProperty("resource").GetProperty("resourceType").GetString();

    private static IEnumerable<string?> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property.NameEquals("reference") ? [property.Value.GetString()] : References(property.Value)),
        _ => [],
    };
}
