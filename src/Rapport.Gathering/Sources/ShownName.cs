using System.Buffers;

namespace Rapport.Gathering;

/// <summary>
/// Names that whoever made a file gave to it, to the files in it and to their columns. They are shown within sentences: what cannot be seen and turns the
/// words around it, or controls a terminal, becomes a mark that can be seen.
/// </summary>
public static class ShownName
{
    private const char Mark = '\uFFFD';

    /// <summary>Control characters except those that only part words, and those by which Unicode embeds, overrides and isolates a direction (UAX #9).</summary>
    private static readonly SearchValues<char> Unseen = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(static code => (char)code).Where(static c => char.IsControl(c) && c is not ('\t' or '\n' or '\r')), .. "\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069"]);

    /// <summary>The name as it may be shown.</summary>
    public static string Of(string name) => name.AsSpan().ContainsAny(Unseen) ? string.Create(name.Length, name, static (shown, name) => name.AsSpan().ReplaceAny(shown, Unseen, Mark)) : name;
}
