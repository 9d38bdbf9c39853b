using System.Text.Json;
using static Rapport.DefinitionsTool.DefinitionSource;

namespace Rapport.DefinitionsTool;

/// <summary>Expands value sets from the code systems at hand.</summary>
internal sealed class ValueSets
{
    private readonly Dictionary<string, JsonElement> _valueSets = [];
    private readonly Dictionary<string, JsonElement> _codeSystems = [];
    private readonly Dictionary<string, CodeSetModel?> _expanded = [];

    public ValueSets(IEnumerable<JsonElement> resources)
    {
        foreach (var resource in resources)
        {
            switch (Text(resource, "resourceType"))
            {
                case "ValueSet":
                    _valueSets[Text(resource, "url")] = resource;
                    break;
                case "CodeSystem":
                    _codeSystems[Text(resource, "url")] = resource;
                    break;
            }
        }
    }

    /// <summary>All codes of the value set, or <see langword="null"/> when it rests on a code system that is not at hand
    /// (media types, UCUM, currencies, LOINC).</summary>
    public CodeSetModel? Expand(string canonical)
    {
        var url = canonical.Split('|')[0];
        if (!_expanded.TryGetValue(url, out var set))
        {
            _expanded[url] = set = _valueSets.TryGetValue(url, out var valueSet) ? Compose(url, valueSet) : null;
        }
        return set;
    }

    private CodeSetModel? Compose(string url, JsonElement valueSet)
    {
        var systems = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var compose = valueSet.GetProperty("compose");
        if (compose.TryGetProperty("exclude", out _))
        {
            throw new NotSupportedException($"value set `{url}` excludes codes: teach {nameof(ValueSets)} to do so");
        }
        foreach (var include in Items(compose, "include"))
        {
            if (include.TryGetProperty("filter", out _) || include.TryGetProperty("valueSet", out _))
            {
                throw new NotSupportedException($"value set `{url}` filters or imports: teach {nameof(ValueSets)} to do so");
            }
            var system = Text(include, "system");
            var codes = new SortedSet<string>(StringComparer.Ordinal);
            if (include.TryGetProperty("concept", out var concepts))
            {
                codes.UnionWith(concepts.EnumerateArray().Select(c => Text(c, "code")));
            }
            else if (_codeSystems.TryGetValue(system, out var codeSystem) && Text(codeSystem, "content") == "complete")
            {
                AddCodes(codeSystem, codes);
            }
            else
            {
                return null;
            }
            systems.Add(system, [.. codes]);
        }
        return new CodeSetModel(url, [.. systems.Select(s => (s.Key, s.Value))]);
    }

    private static void AddCodes(JsonElement parent, SortedSet<string> codes)
    {
        foreach (var concept in Items(parent, "concept"))
        {
            codes.Add(Text(concept, "code"));
            AddCodes(concept, codes);
        }
    }
}
