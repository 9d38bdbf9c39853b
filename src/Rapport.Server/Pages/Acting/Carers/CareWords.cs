using Rapport.Consent;

namespace Rapport.Server.Pages.Acting.Carers;

/// <summary>What somebody who looks after a child is, and for how long, in plain words.</summary>
internal static class CareWords
{
    /// <summary>As what, inside a sentence.</summary>
    public static string As(string role) => role switch
    {
        Delegation.Parent => CareText.Parent,
        Delegation.Guardian => CareText.Guardian,
        _ => CareText.Carer,
    };

    /// <summary>Until when, inside a sentence.</summary>
    /// <param name="until">Exclusive; null where it has no end of its own.</param>
    /// <param name="child">The child's name.</param>
    public static string Until(DateTimeOffset? until, string child) => until is { } end ? Say.Fill(CareText.UntilDay, Say.LastDay(end)) : Say.Fill(CareText.WhileSmall, child);
}
