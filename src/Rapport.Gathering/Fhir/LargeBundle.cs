using System.Text;
using System.Text.Json;
using Rapport.Fhir;

namespace Rapport.Gathering;

/// <summary>
/// A large bundle of FHIR, read entry by entry: no more than one of them is in memory beside what is kept. Twice: first for what the bundle says of itself,
/// which may stand behind its entries. Each entry is checked as the only one of such a bundle.
/// </summary>
internal sealed class LargeBundle
{
    private const int MostHead = 256 * 1024;

    /// <summary>The longest entry: a document of 24 MB as Base64. It stands in memory twice while it is looked at.</summary>
    internal const int MostOfOne = 33 * 1024 * 1024;

    private const int MostIssues = 100;
    private const string OnlyEntry = "Bundle.entry[0]";

    private readonly Harvest _harvest;
    private readonly CancellationToken _cancel;
    private readonly StringBuilder _head = new("{");
    private string _type = "";
    private int _index;
    private int _issues;

    private LargeBundle(Harvest harvest, CancellationToken cancel) => (_harvest, _cancel) = (harvest, cancel);

    /// <summary>Reads a source into a harvest.</summary>
    /// <returns>False when it is none that can be read so: it must be read whole, and nothing was taken.</returns>
    /// <exception cref="InvalidDataException">There are more entries than are read.</exception>
    internal static bool TryRead(SourceContent content, Harvest harvest, CancellationToken cancel)
    {
        if (!SaysItIsOne(content))
        {
            return false;
        }

        var bundle = new LargeBundle(harvest, cancel);
        try
        {
            bundle.Walk(content, isHead: true);
        }
        catch (JsonException)
        {
            return false;
        }

        // Documents and messages have rules for the first entry, and are small.
        if (bundle.ReadHead() is not (BundleType.Transaction or BundleType.Batch or BundleType.Searchset or BundleType.Collection))
        {
            return false;
        }

        bundle.Walk(content, isHead: false);
        if (harvest is { Entries.Count: 0, Refusals.Count: 0 })
        {
            harvest.Refuse(ImportInput.NoResources);
        }

        return true;
    }

    /// <summary>Whether it may be a bundle by how it begins; one that says so only at its end is read whole.</summary>
    private static bool SaysItIsOne(SourceContent content)
    {
        using var stream = content.Open();
        var start = new byte[4096];
        return start.AsSpan(0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)).IndexOf("\"Bundle\""u8) >= 0;
    }

    /// <summary>The bundle without its entries.</summary>
    private BundleType? ReadHead()
    {
        _head.Append('}');
        if (Resource.Parse(Encoding.UTF8.GetBytes(_head.ToString())) is not { Resource: { TypeName: "Bundle" } head } parsed)
        {
            return null;
        }

        foreach (var warning in parsed.Issues)
        {
            _harvest.Doubt(warning);
        }

        _type = head.Root.TryGetChild("type", out var type) ? type.GetString() ?? "" : "";
        return _harvest.Bundle = BundleReader.Open(head).Type;
    }

    private void Walk(SourceContent content, bool isHead)
    {
        using var stream = content.Open();
        var walk = new JsonWalk(stream, Math.Min(MostOfOne, _harvest.Limits.MaxBytes));
        var inEntries = false;
        var seen = false;
        while (walk.Next(inEntries ? 2 : 1, _cancel) is var token && token != JsonTokenType.None)
        {
            if (inEntries)
            {
                inEntries = token != JsonTokenType.EndArray;
                if (inEntries && !isHead && !Take(walk.Value))
                {
                    return;
                }

                _harvest.Advance(isHead ? 0 : walk.Value.Length);
            }
            else if (token == JsonTokenType.StartArray)
            {
                inEntries = !seen ? seen = true : throw new JsonException("two lists of entries");
            }
            else if (isHead && _head.Length + walk.Value.Length > MostHead)
            {
                throw new JsonException("what stands beside the entries is too long");
            }
            else if (isHead)
            {
                _head.Append(_head.Length > 1 ? "," : "").Append(Encoding.UTF8.GetString(walk.Value));
            }
        }
    }

    /// <summary>Takes one entry; false when so much is wrong that no more is looked at.</summary>
    private bool Take(ReadOnlySpan<byte> json)
    {
        byte[] alone = [.. Encoding.UTF8.GetBytes($"{{\"resourceType\":\"Bundle\",\"type\":\"{_type}\",\"entry\":["), .. json, .. "]}"u8];
        var parsed = Resource.Parse(alone, new CheckOptions { MaxElements = FhirFormat.MostElements });
        var opened = parsed.Resource is { } read ? BundleReader.Open(read) : null;
        foreach (var issue in parsed.Issues.Concat(opened?.Issues ?? []))
        {
            Tell(issue);
        }

        if (opened is { Entries: [var entry] })
        {
            if (ImportInput.CheckRequest(entry) is { } wrong)
            {
                Tell(wrong);
            }
            else if (entry.Resource is not null)
            {
                _harvest.AddBundled(entry, $"Bundle.entry[{_index}].resource");
            }
        }

        _index++;
        return _issues < MostIssues;
    }

    private void Tell(CheckIssue issue)
    {
        var placed = issue with { Location = issue.Location.StartsWith(OnlyEntry, StringComparison.Ordinal) ? $"Bundle.entry[{_index}]{issue.Location[OnlyEntry.Length..]}" : issue.Location };
        if (issue.Severity == IssueSeverity.Warning)
        {
            if (_harvest.Warnings.Count < MostIssues)
            {
                _harvest.Doubt(placed);
            }
        }
        else
        {
            _issues++;
            _harvest.Refuse(placed);
        }
    }
}
