using Rapport.Ledger;
using Rapport.Records;

namespace Rapport.Server.Tests.Pages.Ledger;

/// <summary>Invented ledgers, written as they are told: one deed after the other.</summary>
internal sealed class Deeds
{
    public const string Own = "Patient/maya", Lee = "Practitioner/lee", Sam = "RelatedPerson/sam";

    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly List<LedgerDeed> _deeds = [];

    public IReadOnlyList<LedgerDeed> All => _deeds;

    /// <summary>Somebody looked, so many days ago.</summary>
    public Deeds Look(double daysAgo, string who = Lee, string purpose = "TREAT", int entries = 3, string consent = "c1", params IReadOnlyList<string> types) =>
        Add(daysAgo, LedgerKind.Disclosed, who, purpose, entries, [consent], types: types);

    public Deeds Agree(double daysAgo, string consent = "c1") => Add(daysAgo, LedgerKind.Consented, Own, null, 1, [consent]);

    public Deeds Stop(double daysAgo, string consent = "c1") => Add(daysAgo, LedgerKind.Revoked, Own, null, 1, [consent]);

    /// <summary>A professional opened the emergency door.</summary>
    public Deeds BreakGlass(double daysAgo, string who = Lee) => Add(daysAgo, LedgerKind.BrokeGlass, who, "BTG", 1, ["c9"], "found unconscious");

    public Deeds Gather(double daysAgo, string? source = null, int entries = 12, string who = Own) => Add(daysAgo, LedgerKind.Gathered, who, null, entries, [], source);

    /// <summary>Somebody said what came of the look at this position.</summary>
    public Deeds Said(double daysAgo, long look, string what, string who = Lee) => Add(daysAgo, LedgerKind.Outcome, who, note: $"{look} {what}");

    /// <summary>The patient said how that look was for them.</summary>
    public Deeds Felt(double daysAgo, long look, string how) => Said(daysAgo, look, how, Own);

    public Deeds Add(
        double daysAgo, LedgerKind? kind, string who, string? purpose = null, int entries = 0, IReadOnlyList<string>? consents = null, string? note = null, IReadOnlyList<string>? types = null)
    {
        _deeds.Add(new LedgerDeed
        {
            Index = _deeds.Count,
            At = Now.AddDays(-daysAgo),
            Kind = kind,
            Actor = who,
            ActorName = who switch { Own => "Maya", Lee => "Dr Lee", Sam => "Sam", _ => who },
            Purpose = purpose,
            EntryCount = entries,
            Consents = consents ?? [],
            Types = types ?? [],
            Note = note,
        });
        return this;
    }
}
