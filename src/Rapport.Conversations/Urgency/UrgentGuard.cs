using System.Collections.Immutable;

namespace Rapport.Conversations;

/// <summary>
/// Whether the words of a message may mean an emergency. It asks, it never hinders: whoever writes sees the number to call and chooses.
/// Pure, thread safe, and done in a time that grows with the length of the text alone. How the words are weighed: docs/urgent-words.md.
/// </summary>
public static class UrgentGuard
{
    /// <summary>How many letters are looked at. What is longer is not read and asks, so that length hides nothing.</summary>
    public const int MostLetters = 100_000;

    private static readonly Lazy<UrgentWords> Words = new(UrgentWords.ReadAll);

    /// <summary>
    /// What may be an emergency in a text, looked at with the words of every language; null when there is no reason to ask.
    /// </summary>
    public static UrgentLook? Look(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MostLetters)
        {
            return new UrgentLook([UrgentKind.Body], []);
        }

        var weighed = Words.Value.Weigh(MessageTokens.Of(text));
        return weighed.Asks ? new UrgentLook(KindsOf(weighed.Signs), [.. weighed.Signs.Select(static sign => sign.Name)]) : null;
    }

    private static ImmutableArray<UrgentKind> KindsOf(IReadOnlyList<WordClass> signs) => signs.Count == 0 ? [UrgentKind.Body] :
    [
        .. from sign in signs
           group sign by sign.Kind into ofKind
           orderby
               ofKind.Any(static sign => sign.Force == SignForce.Plain) descending,
               ofKind.Where(static sign => sign.Force != SignForce.Context).Sum(static sign => sign.Weight) descending,
               ofKind.Key descending
           select ofKind.Key,
    ];
}
