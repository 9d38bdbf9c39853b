using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Fhir;

namespace Rapport.Merging.Tests.Measured;

/// <summary>
/// One record as two sources tell it: each has about seven of ten entries, the second damaged. Which are truly one is known, for both were made of one.
/// </summary>
internal sealed class MeasuredSet
{
    private const long FirstSource = 1;
    private const long SecondSource = 2;

    private readonly List<(string What, long Source, string Type, string Told)> _rows = [];
    private readonly FactTable _table = new();

    /// <summary>Pairs that are truly one, and were found.</summary>
    internal int Right { get; private set; }

    /// <summary>Pairs that were said to be one, and are not.</summary>
    internal List<string> Wrong { get; } = [];

    /// <summary>Pairs that are truly one, and were not found.</summary>
    internal List<string> Missed { get; } = [];

    /// <summary>Makes the set of a bundle and says what the rules make of it.</summary>
    internal static MeasuredSet Of(JsonObject bundle, int seed, NamesUsed names)
    {
        var random = new Random(seed);
        var damage = new Damage(random, names);
        var set = new MeasuredSet();
        List<JsonObject> entries = [.. bundle["entry"]!.AsArray().Select(entry => (JsonObject)entry!["resource"]!).Where(resource => FactShape.Of((string)resource["resourceType"]!) is not null and not { Kind: FactKind.Numbered or FactKind.Document })];
        List<JsonObject> second = [];
        foreach (var entry in entries)
        {
            var (inFirst, inSecond) = random.Next(10) switch { < 4 => (true, true), < 7 => (true, false), _ => (false, true) };
            if (inFirst)
            {
                set.Add(entry, entry, FirstSource, "");
            }

            if (inSecond)
            {
                second.Add(entry);
            }
        }

        foreach (var entry in second)
        {
            var (told, done) = damage.Tell(entry);
            set.Add(entry, told, SecondSource, string.Join(", ", done));
        }

        set.Judge();
        return set;
    }

    private void Add(JsonObject original, JsonObject told, long source, string how)
    {
        // Entries that say the same to the letter, but for ids and whom they refer to, are one thing: nobody could tell them apart.
        var plain = (JsonObject)original.DeepClone();
        foreach (var name in new[] { "id", "identifier", "meta", "text", "encounter", "context", "subject", "patient", "reasonReference", "result", "basedOn", "requester", "recorder", "performer", "location", "participant", "serviceProvider" })
        {
            plain.Remove(name);
        }

        var what = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(plain.ToJsonString())));
        var resource = Resource.Read(Encoding.UTF8.GetBytes(told.ToJsonString()));
        _table.Add(resource, source);
        _rows.Add((what, source, resource.TypeName, $"{resource.TypeName}: {NameOf(original)} -> {NameOf(told)} ({how})"));
    }

    private static string? NameOf(JsonObject resource)
    {
        var concept = resource["code"] ?? resource["vaccineCode"] ?? resource["medicationCodeableConcept"] ?? resource["type"]?.AsArray().FirstOrDefault();
        return (string?)concept?["coding"]?[0]?["display"] ?? (string?)concept?["text"];
    }

    private void Judge()
    {
        var merged = MergedEntries.Of(_table, [.. Enumerable.Range(0, _rows.Count)], []);
        HashSet<int> found = [];
        for (var row = 0; row < _rows.Count; row++)
        {
            foreach (var other in merged.With(row)?.Where(other => other > row) ?? [])
            {
                if (_rows[row].What == _rows[other].What)
                {
                    Right++;
                    found.Add(row);
                    found.Add(other);
                }
                else
                {
                    Wrong.Add($"{merged.ReasonBetween(row, other)}: {_rows[row].Told} # {_rows[other].Told}");
                }
            }
        }

        foreach (var what in _rows.Select((row, i) => (Row: row, At: i)).GroupBy(pair => pair.Row.What))
        {
            var left = what.Count(pair => pair.Row.Source == FirstSource && !found.Contains(pair.At));
            var right = what.Where(pair => pair.Row.Source == SecondSource && !found.Contains(pair.At)).ToList();
            Missed.AddRange(right.Take(left).Select(pair => pair.Row.Told));
        }
    }
}
