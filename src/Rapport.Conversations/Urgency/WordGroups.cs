using System.Buffers;

namespace Rapport.Conversations;

/// <summary>
/// The groups of a file of words: words of one sort (`limb`, `fails`), so that one phrase (`@limb+@fails`) stands for all that can be made
/// of them. Not thread safe: a file is read by one.
/// </summary>
internal sealed class WordGroups
{
    /// <summary>Between two parts of a phrase that may stand in either order.</summary>
    private const char EitherOrder = '&';

    private static readonly SearchValues<char> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz-");

    private readonly Dictionary<string, List<string>> groups = [];
    private List<string> last = [];

    /// <summary>Whether every group has words.</summary>
    public bool AreWhole => groups.Values.All(static words => words.Count > 0);

    /// <summary>Begins a group; false when there is one of this name.</summary>
    public bool TryBegin(string name) => name.All(static c => c is (>= 'a' and <= 'z') or '-') && groups.TryAdd(name, last = []);

    /// <summary>Adds a word, or words that stand together, to the group begun last; false when it stands there already.</summary>
    public bool TryAdd(string words)
    {
        var isNew = !last.Contains(words);
        last.Add(words);
        return isNew;
    }

    /// <summary>Every phrase that one with groups stands for: itself where it has none.</summary>
    /// <exception cref="FormatException">It names a group that the file does not have, or more than two parts in either order.</exception>
    public IEnumerable<string> Expand(string phrase)
    {
        if (phrase.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at)
        {
            var end = phrase.AsSpan(at + 1).IndexOfAnyExcept(NameLetters) is >= 0 and var length ? at + 1 + length : phrase.Length;
            return groups.TryGetValue(phrase[(at + 1)..end], out var words)
                ? words.SelectMany(word => Expand(string.Concat(phrase.AsSpan(0, at), word, phrase.AsSpan(end))))
                : throw new FormatException($"no such group: `{phrase}`");
        }

        return phrase.Split(EitherOrder) switch
        {
            [_] => [phrase],
            [var one, var other] => [$"{one}+{other}", $"{other}+{one}"],
            _ => throw new FormatException($"more than two parts in either order: `{phrase}`"),
        };
    }
}
