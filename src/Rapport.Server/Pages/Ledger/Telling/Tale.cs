using Rapport.Ledger;
using Rapport.Records;

namespace Rapport.Server.Pages.Ledger;

/// <summary>What makes deeds one tale: the same person, doing the same, for the same.</summary>
/// <param name="Actor">Who; empty for what was erased.</param>
/// <param name="OnBehalfOf">For whom.</param>
/// <param name="Kind">What they did.</param>
/// <param name="Purpose">What for; of what is said of labels or told to others, that it is.</param>
public readonly record struct TaleKey(string Actor, string? OnBehalfOf, LedgerKind? Kind, string? Purpose)
{
    private const string Stories = "stories";

    internal static TaleKey Of(LedgerDeed deed) => new(
        deed.Actor, deed.OnBehalfOf, deed.Kind,
        deed.IsLook ? deed.Purpose
        : StoryNote.Of(deed) is not null ? Stories
        : SuccessionNote.IsOne(deed.Note) || deed.Note is CommentingAccess.Note or OwnLabelling.Note or OwnLabelling.ByRules or OpinionNote.Given or OpinionNote.Declined ? deed.Note : null);
}

/// <summary>Deeds that are told in one sentence.</summary>
/// <param name="Key">What they have in common.</param>
/// <param name="Deeds">In the order in which they happened; never empty.</param>
/// <param name="Remarks">Why it stands first: of each kind the newest, weightiest first. Empty for what is told in its turn.</param>
public sealed record Tale(TaleKey Key, IReadOnlyList<LedgerDeed> Deeds, IReadOnlyList<Remark> Remarks)
{
    /// <summary>The newest of them.</summary>
    public LedgerDeed Newest => Deeds[^1];
}

/// <summary>What a ledger tells of a period.</summary>
/// <param name="First">What is worth seeing first: weightiest first, then newest.</param>
/// <param name="Others">What else others did, newest first.</param>
/// <param name="Own">What the patient did, newest first.</param>
/// <param name="Lines">How many lines of the ledger these are.</param>
public sealed record LedgerStory(IReadOnlyList<Tale> First, IReadOnlyList<Tale> Others, IReadOnlyList<Tale> Own, int Lines);
