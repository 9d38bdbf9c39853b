using System.Buffers;
using System.Text;

namespace Rapport.Fhir;

/// <summary>How a text of a query is compared.</summary>
public enum StringMatch : byte
{
    /// <summary>
    /// The stored text begins with it, after <see cref="SearchText.Fold(ReadOnlySpan{byte}, IBufferWriter{byte})">folding</see> both.
    /// </summary>
    Start,

    /// <summary><c>:contains</c>: it occurs anywhere in the stored text, after folding both.</summary>
    Contains,

    /// <summary><c>:exact</c>: the whole text, byte for byte.</summary>
    Exact,
}

/// <summary>Texts.</summary>
public sealed class StringCriterion : SearchCriterion
{
    private readonly byte[][] wanted;

    internal StringCriterion(SearchParameter parameter, IReadOnlyList<string> values, StringMatch match)
        : base(parameter)
    {
        Values = values;
        Match = match;
        wanted = [.. values.Select(v => match == StringMatch.Exact ? Encoding.UTF8.GetBytes(v) : SearchText.Fold(v))];
    }

    public IReadOnlyList<string> Values { get; }

    public StringMatch Match { get; }

    /// <summary>Compares a text as it stands in the resource.</summary>
    public bool Matches(ReadOnlySpan<byte> text)
    {
        if (Match == StringMatch.Exact)
        {
            return MatchesExactly(text);
        }

        var rented = ArrayPool<byte>.Shared.Rent(SearchText.MaxFoldedLength(text.Length));
        var matches = MatchesFolded(rented.AsSpan(0, SearchText.Fold(text, rented)));
        ArrayPool<byte>.Shared.Return(rented);
        return matches;
    }

    /// <summary>
    /// Compares a text that was folded when it was indexed; for <see cref="StringMatch.Exact"/> that only rules out: check with <see
    /// cref="Matches"/>.
    /// </summary>
    public bool MatchesFolded(ReadOnlySpan<byte> folded)
    {
        for (var i = 0; i < wanted.Length; i++)
        {
            if (Match switch
            {
                StringMatch.Start => folded.StartsWith(wanted[i]),
                StringMatch.Contains => folded.IndexOf(wanted[i]) >= 0,
                _ => folded.SequenceEqual(SearchText.Fold(wanted[i])),
            })
            {
                return true;
            }
        }

        return false;
    }

    private bool MatchesExactly(ReadOnlySpan<byte> text)
    {
        foreach (var exact in wanted)
        {
            if (text.SequenceEqual(exact))
            {
                return true;
            }
        }

        return false;
    }
}
