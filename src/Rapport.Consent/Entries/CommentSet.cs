namespace Rapport.Consent;

/// <summary>The comments of a compartment, and how what is said of entries holds for the comments on them. See docs/consent.md, `Comments`. Immutable.</summary>
internal sealed class CommentSet
{
    private static readonly Comparer<(int Comment, int On)> ByComment = Comparer<(int Comment, int On)>.Create(static (one, other) => one.Comment.CompareTo(other.Comment));

    private readonly (int Comment, int On)[] _comments;
    private readonly EntrySet _all;

    public CommentSet(RecordView view)
    {
        _comments = [.. view.Comments.OrderBy(static known => known.Comment)];
        var all = new EntrySetBuilder(view.Count);
        foreach (var (comment, _) in _comments)
        {
            all.Add(comment);
        }

        _all = all.ToSet();
    }

    /// <summary>The entries that certainly meet a condition, where the given ones meet it by themselves: a comment does so when what it is on does.</summary>
    public EntrySet Certain(EntrySet met) => _comments.Length == 0 ? met : On(met).Or(met.AndNot(_all));

    /// <summary>The entries that may meet it: a comment may also do so by itself.</summary>
    public EntrySet Possible(EntrySet met) => _comments.Length == 0 ? met : On(met).Or(met);

    /// <summary>
    /// The entries that are named one by one, where the given ones are. Naming an entry names the comments on it, but for those that are sensitive by what they say themselves: these must be named.
    /// </summary>
    public EntrySet Named(EntrySet named, LabelIndex labels)
    {
        if (_comments.Length == 0 || named.IsEmpty)
        {
            return named;
        }

        var all = new EntrySetBuilder(named.Size);
        all.Add(named);
        foreach (var (comment, on) in _comments)
        {
            if (named.Contains(on) && !labels.SaysMore(comment, on))
            {
                all.Add(comment);
            }
        }

        return all.ToSet();
    }

    /// <summary>Takes away the comments on what is not permitted itself, whatever permits them.</summary>
    public void Bound(Span<ulong> permits)
    {
        foreach (var (comment, on) in _comments)
        {
            if (on < 0 || !Bits.Contains(permits, on))
            {
                Bits.Remove(permits, comment);
            }
        }
    }

    /// <summary>What a comment is on; -1 where that is not there; null for what is no comment.</summary>
    public int? Find(int entry) => Array.BinarySearch(_comments, (entry, 0), ByComment) is >= 0 and var at ? _comments[at].On : null;

    private EntrySet On(EntrySet met)
    {
        var set = new EntrySetBuilder(met.Size);
        foreach (var (comment, on) in _comments)
        {
            if (met.Contains(on))
            {
                set.Add(comment);
            }
        }

        return set.ToSet();
    }
}
