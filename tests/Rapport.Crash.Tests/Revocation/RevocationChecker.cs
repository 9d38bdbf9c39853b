using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Rapport.Crash.Tests.Revocation;

/// <summary>What a client did, and what came of it. The first two moments are of one monotonic clock, the others of the clock of the day; both of one machine.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Subject">What was given or taken back, or under which a read was made: an agreement, a link, a door.</param>
/// <param name="Actor">How the ledger names who read.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Tag">What only the ledger's entry of this read says; null where nothing does.</param>
internal sealed record Deed(DeedKind Kind, string Subject, string Actor, string Purpose, string? Tag, long Began, long Ended, DateTimeOffset BeganAt, DateTimeOffset EndedAt);

/// <summary>What a client did.</summary>
internal enum DeedKind
{
    /// <summary>A read that gave something.</summary>
    Served,

    /// <summary>A read that gave nothing.</summary>
    Refused,

    /// <summary>A read of which nobody knows whether it was recorded: no answer came, or an error.</summary>
    Unknown,

    /// <summary>A request to give, whatever came of it.</summary>
    Grant,

    /// <summary>A taking back that was acknowledged.</summary>
    Revoked,
}

/// <summary>
/// Holds what clients saw against the ledger that a patient exported, and finds whatever contradicts a promise. It shares nothing with Rapport but the format of the export (docs/ledger-format.md): no type, no reader, no clock. Immutable.
/// </summary>
internal static class RevocationChecker
{
    // The ledger's times are cut to milliseconds.
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(1);

    /// <summary>What is wrong, in words; nothing when all holds.</summary>
    /// <param name="export">The lines of the exported ledger.</param>
    /// <param name="deeds">What clients did to that record, and read of it.</param>
    public static IReadOnlyList<string> Check(IEnumerable<string> export, IReadOnlyCollection<Deed> deeds)
    {
        var problems = new List<string>();
        var entries = Read(export, problems);
        CheckOrder(entries, problems);
        CheckEachHasItsEntry(entries, deeds, problems);
        CheckNoneAfterRevocation(deeds, problems);
        return problems;
    }

    private static List<Entry> Read(IEnumerable<string> export, List<string> problems)
    {
        var entries = new List<Entry>();
        var leaves = new List<byte[]>();
        string? checkpoint = null;
        foreach (var line in export.Where(static line => line.Length > 0))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.TryGetProperty("checkpoint", out var signed))
            {
                checkpoint = signed.GetString();
            }
            else if (root.TryGetProperty("index", out var index))
            {
                if (index.GetInt64() != entries.Count)
                {
                    problems.Add($"entry {index} stands at place {entries.Count}");
                }

                leaves.Add(Convert.FromBase64String(root.GetProperty("leaf").GetString()!));
                entries.Add(Entry.Of(root, entries.Count));
            }
        }

        var told = checkpoint?.Split('\n');
        if (told is not { Length: > 2 } || told[1] != entries.Count.ToString(CultureInfo.InvariantCulture) || told[2] != Convert.ToBase64String(Root(leaves)))
        {
            problems.Add("size and root of the checkpoint are not those of the entries");
        }

        return entries;
    }

    /// <summary>RFC 6962, section 2.1.</summary>
    private static byte[] Root(IReadOnlyList<byte[]> leaves)
    {
        var hashes = leaves.Select(static leaf => SHA256.HashData([0, .. leaf])).ToList();
        while (hashes.Count > 1)
        {
            hashes = [.. hashes.Chunk(2).Select(static pair => pair.Length == 2 ? SHA256.HashData([1, .. pair[0], .. pair[1]]) : pair[0])];
        }

        return hashes.Count == 0 ? SHA256.HashData([]) : hashes[0];
    }

    /// <summary>No disclosure stands in the ledger under an agreement that an entry before it ended, or that no entry before it made.</summary>
    private static void CheckOrder(List<Entry> entries, List<string> problems)
    {
        var open = new HashSet<string>();
        foreach (var entry in entries)
        {
            if (entry.Kind is "consented" or "revoked" or "broke-glass")
            {
                foreach (var consent in entry.Consents)
                {
                    _ = entry.Kind == "broke-glass" || (entry.Kind == "consented" && entry.Note == "active") ? open.Add(consent) : open.Remove(consent);
                }
            }
            else if (entry.Kind == "disclosed" && entry.Consents.FirstOrDefault(consent => !open.Contains(consent)) is { } ended)
            {
                problems.Add($"entry {entry.Index} gives something under {ended}, which is not in force there");
            }
        }
    }

    /// <summary>Each read that gave something has an entry of its own, made while it ran; and each entry belongs to a read.</summary>
    private static void CheckEachHasItsEntry(List<Entry> entries, IReadOnlyCollection<Deed> deeds, List<string> problems)
    {
        var reads = deeds.Where(static deed => deed.Kind is DeedKind.Served or DeedKind.Refused or DeedKind.Unknown).ToLookup(static deed => deed.Tag ?? $"{deed.Actor} {deed.Purpose}");

        // What stands in a ledger from before the first of them did anything is not of theirs.
        var began = deeds.Count == 0 ? DateTimeOffset.MinValue : deeds.Min(static deed => deed.BeganAt) - Grain;
        var rows = entries.Where(entry => entry.Kind == "disclosed" && entry.Time >= began).ToLookup(entry => entry.Note is { } note && reads.Contains(note) ? note : $"{entry.Actor} {entry.Purpose}");
        foreach (var series in reads)
        {
            var left = rows[series.Key].ToList();
            foreach (var read in series.Where(static read => read.Kind == DeedKind.Served).OrderBy(static read => read.Began))
            {
                if (left.FindIndex(row => IsDuring(row, read)) is >= 0 and var at)
                {
                    left.RemoveAt(at);
                }
                else
                {
                    problems.Add($"{series.Key} read at {read.BeganAt:O}, and no entry tells of it");
                }
            }

            foreach (var read in series.Where(static read => read.Kind == DeedKind.Unknown))
            {
                left.RemoveAll(row => IsDuring(row, read));
            }

            problems.AddRange(left.Select(row => $"entry {row.Index} tells of a read of {series.Key} at {row.Time:O} that nobody made"));
        }

        static bool IsDuring(Entry row, Deed read) => row.Time >= read.BeganAt - Grain && row.Time <= read.EndedAt;
    }

    /// <summary>Whoever asks after a taking back was acknowledged gets nothing, unless it was given anew before the answer.</summary>
    private static void CheckNoneAfterRevocation(IReadOnlyCollection<Deed> deeds, List<string> problems)
    {
        foreach (var subject in deeds.GroupBy(static deed => deed.Subject))
        {
            var ends = subject.Where(static deed => deed.Kind == DeedKind.Revoked).Select(static deed => deed.Ended).Order().ToArray();
            var grants = subject.Where(static deed => deed.Kind == DeedKind.Grant).Select(static deed => deed.Began).Order().ToArray();
            foreach (var read in subject.Where(static deed => deed.Kind == DeedKind.Served))
            {
                var last = Array.FindLastIndex(ends, end => end < read.Began);
                if (last >= 0 && !Array.Exists(grants, grant => grant > ends[last] && grant < read.Ended))
                {
                    problems.Add($"{read.Actor} read for {read.Purpose} at {read.BeganAt:O}, after the end of {subject.Key} was acknowledged");
                }
            }
        }
    }

    private sealed record Entry(int Index, DateTimeOffset Time, string Kind, string Actor, string? Purpose, string? Note, IReadOnlyList<string> Consents)
    {
        public static Entry Of(JsonElement line, int index)
        {
            var details = line.GetProperty("details");
            return new Entry(
                index,
                line.GetProperty("time").GetDateTimeOffset(),
                details.GetProperty("kind").GetString()!,
                details.GetProperty("actor").GetString()!,
                details.TryGetProperty("purpose", out var purpose) ? purpose.GetString() : null,
                details.TryGetProperty("note", out var note) ? note.GetString() : null,
                [.. details.GetProperty("consents").EnumerateArray().Select(static consent => consent.GetString()!)]);
        }
    }
}
