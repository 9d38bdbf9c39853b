using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>
/// What a whole ledger says, in short, in memory: so that it is told as a whole, however long it is, without reading it anew. Immutable, thread safe.
/// </summary>
public sealed class LedgerHistory
{
    // What a deed and its hash take, its texts being shared.
    private const int BytesOfOne = 176;

    private readonly LedgerDeed[] _deeds;
    private readonly TreeHash[] _leafHashes;

    internal LedgerHistory(LedgerDeed[] deeds, TreeHash[] leafHashes, Frontier frontier, SharedTexts texts) =>
        (_deeds, _leafHashes, Frontier, Texts) = (deeds, leafHashes, frontier, texts);

    /// <summary>All there is, in the order in which it happened: what is at position n is the entry with index n.</summary>
    public IReadOnlyList<LedgerDeed> Deeds => new ArraySegment<LedgerDeed>(_deeds, 0, (int)Frontier.Size);

    /// <summary>The history of a ledger that was not read.</summary>
    internal static LedgerHistory Empty => new([], [], new Frontier(), new SharedTexts());

    internal Frontier Frontier { get; }

    internal ReadOnlySpan<TreeHash> LeafHashes => _leafHashes.AsSpan(0, (int)Frontier.Size);

    internal SharedTexts Texts { get; }

    internal long Bytes => _deeds.Length * (long)BytesOfOne;

    /// <summary>
    /// A longer one. It may share the arrays of this one: only the longest history writes behind its own end, and only one caller at a time extends it.
    /// </summary>
    internal LedgerHistory With(IReadOnlyList<(LedgerDeed Deed, TreeHash Hash)> newestFirst, Frontier frontier)
    {
        var (count, size) = ((int)Frontier.Size, (int)frontier.Size);
        var (deeds, hashes) = (_deeds, _leafHashes);
        if (size > deeds.Length)
        {
            // A first reading takes what it needs, growing takes a quarter more.
            var room = count == 0 ? size : size + (size / 4);
            Array.Resize(ref deeds, room);
            Array.Resize(ref hashes, room);
        }

        for (var i = 0; i < newestFirst.Count; i++)
        {
            (deeds[size - 1 - i], hashes[size - 1 - i]) = newestFirst[i];
        }

        return new LedgerHistory(deeds, hashes, frontier, Texts);
    }
}

/// <summary>One object for texts and lists that occur again and again. Used by one caller at a time.</summary>
internal sealed class SharedTexts
{
    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _lists = [];

    internal string? Of(string? text) => text is null ? null : _texts.TryGetValue(text, out var shared) ? shared : _texts[text] = text;

    internal IReadOnlyList<string> Of(IReadOnlyCollection<string> texts)
    {
        if (texts.Count == 0)
        {
            return [];
        }

        var key = string.Join('\n', texts);
        return _lists.TryGetValue(key, out var shared) ? shared : _lists[key] = [.. texts.Select(text => Of(text)!)];
    }
}
