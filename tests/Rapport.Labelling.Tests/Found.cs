using System.Text;
using Rapport.Fhir;

namespace Rapport.Labelling.Tests;

/// <summary>Short ways to ask what is found in a resource.</summary>
internal static class Found
{
    internal static Resource Resource(string json) => Fhir.Resource.Read(Encoding.UTF8.GetBytes(json));

    /// <summary>The labels' codes, each once, ordered and with blanks between.</summary>
    internal static string Labels(string json, Func<string, Resource?>? resolve = null) => Labels(Labeller.Label(Resource(json), resolve));

    internal static string Labels(IEnumerable<FoundLabel> found) => string.Join(' ', found.Select(static label => label.Code).Distinct());

    /// <summary>What is found in a problem that has only words.</summary>
    internal static string InWords(string words) =>
        Labels($$$"""{"resourceType":"Condition","code":{"text":{{{System.Text.Json.JsonSerializer.Serialize(words)}}}},"subject":{"reference":"Patient/x"}}""");

    /// <summary>What is found in a problem that has only a code.</summary>
    internal static string InCode(string system, string code) =>
        Labels($$$"""{"resourceType":"Condition","code":{"coding":[{"system":"{{{system}}}","code":"{{{code}}}"}]},"subject":{"reference":"Patient/x"}}""");
}
