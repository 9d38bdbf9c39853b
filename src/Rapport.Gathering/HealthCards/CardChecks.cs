using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>What cards are held against when they are taken in.</summary>
/// <param name="Trust">The issuers that the installation knows.</param>
/// <param name="Now">The moment for which they must hold; null when times are not looked at.</param>
public sealed record CardChecks(CardTrust Trust, DateTimeOffset? Now)
{
    /// <summary>Nobody is trusted, and times are not looked at.</summary>
    internal static CardChecks None { get; } = new(CardTrust.None, null);

    /// <summary>What is wrong with a card that must not be taken; null when it can be. How it stands is told by <paramref name="report"/> either way.</summary>
    internal string? Refuse(HealthCard card, out CardReport report)
    {
        var standing = StandingOf(card, out var isForged);
        var now = Now?.ToUnixTimeMilliseconds() / 1000m;
        var expires = card.Expires is { } end ? R4.DateTime(DateTimeOffset.FromUnixTimeSeconds((long)end)) : null;
        report = new CardReport(card.Issuer, standing)
        {
            Expires = expires,
            IsExpired = card.Expires < now,
            IsRevocationChecked = standing == CardStanding.Verified && Trust.HasListOf(card.Issuer, card.Kid),
            Refused = isForged ? CardRefusal.Forged
                : standing == CardStanding.Verified && Trust.IsTakenBack(card.Issuer, card.Kid, card.Rid, card.NotBefore) ? CardRefusal.TakenBack
                : card.NotBefore > now ? CardRefusal.NotYet
                : null,
        };
        return report.Refused switch
        {
            CardRefusal.Forged => $"the card says it is from `{card.Issuer}`, and its signature is not theirs: it was changed, or made by somebody else",
            CardRefusal.TakenBack => $"`{card.Issuer}` has taken this card back: ask them for a new one",
            CardRefusal.NotYet => $"the card holds only from {R4.DateTime(DateTimeOffset.FromUnixTimeSeconds((long)card.NotBefore))} on",
            _ => null,
        };
    }

    private CardStanding StandingOf(HealthCard card, out bool isForged)
    {
        isForged = false;
        if (!Trust.Knows(card.Issuer))
        {
            return CardStanding.IssuerUnknown;
        }

        if (Trust.KeyOf(card.Issuer, card.Kid) is not { } key)
        {
            return CardStanding.KeyUnknown;
        }

        isForged = !card.IsSignedWith(key);
        return isForged ? CardStanding.KeyUnknown : CardStanding.Verified;
    }
}
