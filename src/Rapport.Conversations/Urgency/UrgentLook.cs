namespace Rapport.Conversations;

/// <summary>
/// What kind of help words may be asking for: it says which other numbers a page shows below the emergency number,
/// which always stands first.
/// </summary>
public enum UrgentKind
{
    /// <summary>The body: the emergency number.</summary>
    Body,

    /// <summary>Something taken that harms: the emergency number, and poison control where there is one.</summary>
    Poison,

    /// <summary>Somebody does not want to live, or hurts themselves: a line to talk to, and the emergency number.</summary>
    SelfHarm,

    /// <summary>Hurt or threatened by somebody: the emergency number, and a line that keeps it secret.</summary>
    Violence,
}

/// <summary>What <see cref="UrgentGuard.Look"/> saw in words that may mean an emergency.</summary>
/// <param name="Kinds">The kinds of help, that of the heaviest sign first; never empty.</param>
/// <param name="Signs">
/// The names of the signs that were found, as the word lists call them; none where many words only lean that way. They tell of a person's
/// health: never logged.
/// </param>
public sealed record UrgentLook(IReadOnlyList<UrgentKind> Kinds, IReadOnlyList<string> Signs);
