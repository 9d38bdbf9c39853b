using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Merging;

namespace Rapport.Records;

/// <summary>
/// Answers queries from the index: <c>wanted ∩ permitted</c> first; counting, sorting, paging and includes only ever see what is left. Pure.
/// </summary>
internal static class Selector
{
    /// <summary>
    /// Whether the words of the entries decide what is found. They do not for somebody who may see nothing: all words are in one index, and its making would tell how large the record is.
    /// </summary>
    internal static bool NeedsWords(CompartmentIndex index, EntrySet permitted, RecordQuery query) =>
        query is RecordQuery.Timeline { Text: not null } timeline
        && (timeline is { Source: null, From: null, Until: null } and ({ Types: null } or { CountsTypes: true }) ? permitted.Overlaps(index.Current) : WithoutWords(index, permitted, timeline).Length > 0);

    /// <param name="index">The entries.</param>
    /// <param name="permitted">Those that may be found.</param>
    /// <param name="query">What is looked for.</param>
    /// <param name="words">The words of the entries; only where <see cref="NeedsWords"/> says so.</param>
    /// <param name="merged">Which entries are one, worked out of what is permitted.</param>
    internal static Selection Select(CompartmentIndex index, EntrySet permitted, RecordQuery query, TextIndex? words, MergedEntries merged)
    {
        var found = query switch
        {
            RecordQuery.ById q => One(index, permitted, q),
            RecordQuery.History q => History(index, permitted, q),
            RecordQuery.Search q => Search(index, permitted, q.Query, merged),
            RecordQuery.Several q => Several(index, permitted, q, merged),
            RecordQuery.Everything q => Everything(index, permitted, q),
            RecordQuery.Timeline q => Timeline(index, permitted, q, words, merged),
            _ => throw new ArgumentException("unknown query", nameof(query)),
        };
        found = merged.Count == 0 ? found : WithTheSame(found, merged);
        return query.WithComments ? WithComments(index, permitted, found) : found;
    }

    private static Selection WithComments(CompartmentIndex index, EntrySet permitted, Selection found)
    {
        var comments = CommentRows.On(index, found.Rows.Select(row => index.LocalOf(row)).ToHashSet()).Where(permitted.Contains).Except(found.Rows).ToList();
        return comments.Count == 0 ? found : found with { Rows = [.. found.Rows, .. comments] };
    }

    /// <summary>What is one with a match stands behind all matches.</summary>
    private static Selection WithTheSame(Selection found, MergedEntries merged)
    {
        HashSet<int> there = [.. found.Rows];
        List<int> rows = [.. found.Rows];
        foreach (var match in found.Rows.AsSpan(0, found.MatchCount))
        {
            rows.AddRange(merged.With(match)?.Where(there.Add) ?? []);
        }

        return found with { Rows = [.. rows], Merged = merged };
    }

    /// <summary>Of rows that are one, the first in their order of those found.</summary>
    private static int[] Once(int[] rows, MergedEntries merged)
    {
        if (merged.Count == 0)
        {
            return rows;
        }

        HashSet<int> there = [.. rows];
        return Array.FindAll(rows, row => merged.With(row) is not { } group || group.First(there.Contains) == row);
    }

    /// <summary>Of rows with the same code the first; what has none stays.</summary>
    private static int[] OnceOfEach(int[] rows, int[] codes)
    {
        HashSet<int> there = [];
        return Array.FindAll(rows, row => codes[row] < 0 || there.Add(codes[row]));
    }

    private static Selection One(CompartmentIndex index, EntrySet permitted, RecordQuery.ById query)
    {
        var local = query.Local ?? default;
        var current = index.RowOf(local);
        var row = query.Version is { } version ? index.RowOf(local, version) : current;

        // An old version may carry fewer labels than the current one: both must be permitted.
        var found = row >= 0 && permitted.Contains(row) && permitted.Contains(current) && index.TypeOf(row) == query.ResourceType;
        return found ? new Selection([row], 1, 1, null) : Selection.Nothing;
    }

    private static Selection History(CompartmentIndex index, EntrySet permitted, RecordQuery.History query)
    {
        var local = query.Local ?? default;
        var current = index.RowOf(local);
        if (current < 0 || !permitted.Contains(current) || index.TypeOf(current) != query.ResourceType)
        {
            return Selection.Nothing;
        }

        List<int> rows = [];
        for (var row = current; row >= 0; row--)
        {
            if (index.LocalOf(row) == local && permitted.Contains(row))
            {
                rows.Add(row);
            }
        }

        return new Selection([.. rows], rows.Count, rows.Count, null);
    }

    private static Selection Search(CompartmentIndex index, EntrySet permitted, SearchQuery query, MergedEntries merged, bool onceOfEachCode = false)
    {
        var matches = CriteriaEvaluator.Matching(index, permitted.And(index.Current), query);
        if (query.CountOnly)
        {
            return new Selection([], 0, Once(matches.ToArray(), merged).Length, null);
        }

        using var order = RowOrder.By(index, Once(matches.ToArray(), merged), query.Sort);
        var page = onceOfEachCode && SearchParameters.Find(query.ResourceType, "code") is { } code
            ? Page(index, OnceOfEach(order.All(), SortColumn.SmallestTerms(index, code)), query.Count ?? RecordQuery.DefaultCount, query.Cursor)
            : Page(index, order, query.Count ?? RecordQuery.DefaultCount, query.Cursor);
        return query.Includes.Count + query.RevIncludes.Count == 0 || page.MatchCount == 0
            ? page
            : page with { Rows = [.. page.Rows, .. Includes.Of(index, permitted.And(index.Current), page.Rows, query)] };
    }

    private static Selection Several(CompartmentIndex index, EntrySet permitted, RecordQuery.Several query, MergedEntries merged)
    {
        List<int> rows = [];
        var total = 0;
        foreach (var part in query.Parts)
        {
            var found = Search(index, permitted, part, merged, query.OnceOfEachCode.Contains(part.ResourceType));
            rows.AddRange(found.Rows.Except(rows));
            total += found.Total;
        }

        // What one search finds may be one with what another found.
        var once = Once([.. rows], merged);
        return new Selection(once, once.Length, total - rows.Count + once.Length, null);
    }

    private static Selection Everything(CompartmentIndex index, EntrySet permitted, RecordQuery.Everything query)
    {
        var rows = Filter(index, permitted, query.Types, query.Since?.ToUnixTimeMilliseconds() ?? long.MinValue);
        Array.Reverse(rows);
        var patient = Array.IndexOf(rows, index.PatientRow);
        if (patient > 0)
        {
            rows.AsSpan(0, patient).CopyTo(rows.AsSpan(1));
            rows[0] = index.PatientRow;
        }

        return Page(index, rows, query.Count ?? int.MaxValue, query.Cursor);
    }

    private static Selection Timeline(CompartmentIndex index, EntrySet permitted, RecordQuery.Timeline query, TextIndex? words, MergedEntries merged)
    {
        // What has the words first, as bits: what does not is not looked at one by one.
        var rows = WithoutWords(index, query.Text is { } text && words is not null ? permitted.And(words.Matching(index.Count, text)) : permitted, query);

        // Where one source is asked for, all that it says is told.
        merged = query.Source is null ? merged : MergedEntries.None;
        Dictionary<string, int>? counts = null;
        if (query.CountsTypes)
        {
            counts = CountByType(index, Once(rows, merged));
            rows = OfTypes(index, rows, query.Types);
        }

        using var order = RowOrder.NewestFirst(index, Once(rows, merged));
        return Page(index, order, query.Count, query.Cursor) with { CountByType = counts };
    }

    private static Dictionary<string, int> CountByType(CompartmentIndex index, int[] rows)
    {
        var counts = new int[ResourceTypes.Count];
        foreach (var row in rows)
        {
            counts[index.Data.Type[row]]++;
        }

        return Enumerable.Range(0, counts.Length).Where(type => counts[type] > 0).ToDictionary(type => ResourceTypes.Name((ushort)type), type => counts[type]);
    }

    /// <summary>What a timeline is of, were it not for the words that are looked for; where types are counted, of all types.</summary>
    private static int[] WithoutWords(CompartmentIndex index, EntrySet permitted, RecordQuery.Timeline query)
    {
        var rows = Filter(index, permitted, query.CountsTypes ? null : query.Types, long.MinValue);
        if (query.Source is { } source)
        {
            rows = Array.FindAll(rows, row => index.SourceOf(row) == source);
        }

        if (query.From is not null || query.Until is not null)
        {
            var asked = new DateRange(query.From?.ToUnixTimeMilliseconds() ?? long.MinValue, query.Until?.ToUnixTimeMilliseconds() ?? long.MaxValue);
            rows = Array.FindAll(rows, row => index.WhenOf(row) is { } when && when.Overlaps(asked));
        }

        return rows;
    }

    private static int[] Filter(CompartmentIndex index, EntrySet permitted, IReadOnlyCollection<string>? types, long since)
    {
        var rows = OfTypes(index, permitted.And(index.Current).ToArray(), types);
        return since == long.MinValue ? rows : Array.FindAll(rows, row => index.AtOf(row) >= since);
    }

    private static int[] OfTypes(CompartmentIndex index, int[] rows, IReadOnlyCollection<string>? types)
    {
        var wanted = types?.Select(ResourceTypes.Find).Where(t => t >= 0).ToHashSet();
        return wanted is null ? rows : Array.FindAll(rows, row => wanted.Contains(index.Data.Type[row]));
    }

    /// <summary>
    /// The page after the entry that the cursor names. The cursor is the id of the last entry of the page before: it tells nothing the reader
    /// has not seen, and holds while entries come and go. When that very entry went, paging starts again.
    /// </summary>
    private static Selection Page(CompartmentIndex index, RowOrder order, int count, string? cursor)
    {
        if (!TryFind(index, cursor, out var after))
        {
            return new Selection([], 0, order.Count, null);
        }

        var (page, hasMore) = order.Page(count, after);
        return new Selection(page, page.Length, order.Count, hasMore && page.Length > 0 ? CursorAfter(index, page[^1]) : null);
    }

    /// <inheritdoc cref="Page(CompartmentIndex, RowOrder, int, string?)"/>
    /// <param name="index">The index.</param>
    /// <param name="rows">All rows in their order.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="cursor">The cursor, if any.</param>
    private static Selection Page(CompartmentIndex index, int[] rows, int count, string? cursor)
    {
        if (!TryFind(index, cursor, out var after))
        {
            return new Selection([], 0, rows.Length, null);
        }

        var start = Array.IndexOf(rows, after) + 1;
        var page = rows.AsSpan(start, Math.Min(count, rows.Length - start)).ToArray();
        return new Selection(page, page.Length, rows.Length, page.Length > 0 && start + page.Length < rows.Length ? CursorAfter(index, page[^1]) : null);
    }

    /// <summary>The row that a cursor names; -1 for none, be it that there is no such entry. False for what is no cursor.</summary>
    private static bool TryFind(CompartmentIndex index, string? cursor, out int row)
    {
        LocalId local = default;
        row = -1;
        if (cursor is null)
        {
            return true;
        }

        if (cursor != RecordQuery.PatientCursor && !LocalId.TryParse(cursor, out local))
        {
            return false;
        }

        row = index.RowOf(local);
        return true;
    }

    private static string CursorAfter(CompartmentIndex index, int row) => index.LocalOf(row) is var local && local == default ? RecordQuery.PatientCursor : local.ToString();
}
