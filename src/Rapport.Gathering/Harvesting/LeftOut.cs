using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>What of a source is not taken: alike ones together, in the order of their kinds. Not thread safe.</summary>
internal sealed class LeftOut
{
    private const int Most = 500;
    private const int LongestWhat = 200, LongestWhere = 300;

    private readonly Dictionary<(string What, NotTakenReason Why), NotTaken> _parts = [];

    internal IReadOnlyList<NotTaken> Parts => [.. _parts.Values];

    /// <summary>Adds some of a kind; after very many kinds, only how many more there are.</summary>
    internal void Add(string what, NotTakenReason why, string where, int count)
    {
        var key = (what.Shorten(LongestWhat), why);
        if (!_parts.ContainsKey(key) && _parts.Count >= Most)
        {
            key = ("…", NotTakenReason.UnknownKind);
        }

        _parts[key] = _parts.TryGetValue(key, out var known) ? known with { Count = known.Count + count } : new NotTaken(key.Item1, key.Item2, where.Shorten(LongestWhere), count);
    }
}
