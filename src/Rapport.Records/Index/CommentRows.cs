using Rapport.Data;

namespace Rapport.Records;

/// <summary>Finds comments in the index. Stateless.</summary>
internal static class CommentRows
{
    /// <summary>The current rows that are comments on one of these resources, the earliest first.</summary>
    internal static IEnumerable<int> On(CompartmentIndex index, IReadOnlySet<LocalId> resources)
    {
        var (rows, on) = (index.Data.CommentRow, index.Data.CommentOn);
        for (var i = 0; i < rows.Length; i++)
        {
            if (on[i] != default && resources.Contains(on[i]) && index.Current.Contains(rows[i]))
            {
                yield return rows[i];
            }
        }
    }

    /// <summary>Every row that is a comment, with the current row of what it is on: -1 where that is not there, or is a comment itself.</summary>
    internal static IReadOnlyList<(int Comment, int On)> All(CompartmentIndex index)
    {
        var (rows, on) = (index.Data.CommentRow, index.Data.CommentOn);
        if (rows.Length == 0)
        {
            return [];
        }

        var current = index.RowsOf(on);
        return [.. rows.Select((row, i) => (row, on[i] == default || (current[i] >= 0 && index.IsComment(current[i])) ? -1 : current[i]))];
    }
}
