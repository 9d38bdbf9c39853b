using System.Text;
using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>The properties of one JSON object in their order, each item as the text it came as. Not thread safe.</summary>
internal sealed class PatientParts
{
    private readonly OrderedDictionary<string, (List<JsonElement> Items, bool IsMany)> _parts = [];

    internal PatientParts(JsonElement root)
    {
        foreach (var property in root.EnumerateObject())
        {
            var isMany = property.Value.ValueKind == JsonValueKind.Array;
            _parts[property.Name] = (isMany ? [.. property.Value.EnumerateArray()] : [property.Value], isMany);
        }
    }

    internal IEnumerable<string> Names => _parts.Keys;

    internal bool Has(string name) => _parts.ContainsKey(name);

    internal IReadOnlyList<JsonElement> Items(string name) => _parts.TryGetValue(name, out var part) ? part.Items : [];

    /// <summary>Adds items at the end of a property, which comes last when it was not there.</summary>
    internal void Add(string name, IEnumerable<JsonElement> items, bool isMany)
    {
        if (!_parts.TryGetValue(name, out var part))
        {
            _parts[name] = part = ([], isMany);
        }

        part.Items.AddRange(items);
    }

    /// <summary>The same with items as JSON.</summary>
    internal void AddRaw(string name, IEnumerable<string> items) => Add(name, items.Select(item => JsonElement.Parse(item)), isMany: true);

    internal void Replace(string name, string json) => _parts[name] = ([JoinedPatient.Parse(Encoding.UTF8.GetBytes(json))], false);

    internal void Remove(string name) => _parts.Remove(name);

    internal void RemoveAll(string name, Predicate<JsonElement> which)
    {
        _parts[name].Items.RemoveAll(which);
        RemoveEmpty(name);
    }

    internal void RemoveLast(string name, int count)
    {
        if (_parts.TryGetValue(name, out var part))
        {
            part.Items.RemoveRange(Math.Max(0, part.Items.Count - count), Math.Min(count, part.Items.Count));
            RemoveEmpty(name);
        }
    }

    /// <summary>The object without white space between its tokens, as far as it came so.</summary>
    internal string Write()
    {
        var json = new StringBuilder("{");
        foreach (var (name, (items, isMany)) in _parts)
        {
            json.Append(json.Length > 1 ? "," : "").Append('"').Append(name).Append("\":");
            json.Append(isMany ? "[" : "").AppendJoin(',', items.Select(item => item.GetRawText())).Append(isMany ? "]" : "");
        }

        return json.Append('}').ToString();
    }

    private void RemoveEmpty(string name)
    {
        if (_parts[name].Items.Count == 0)
        {
            _parts.Remove(name);
        }
    }
}
