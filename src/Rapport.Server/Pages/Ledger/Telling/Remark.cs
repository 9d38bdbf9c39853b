using Rapport.Records;

namespace Rapport.Server.Pages.Ledger;

/// <summary>What may make a look worth seeing first. The first ones weigh most.</summary>
public enum RemarkKind
{
    /// <summary>It was made in an emergency, without an agreement.</summary>
    Emergency,

    /// <summary>The patient had just ended an agreement with that person, and another one still allowed it.</summary>
    AfterStop,

    /// <summary>That person never looked before.</summary>
    First,

    /// <summary>They looked before, but never for this purpose.</summary>
    NewPurpose,

    /// <summary>They saw far more at once than ever before.</summary>
    FarMore,

    /// <summary>They looked at night, which they are not known to do.</summary>
    AtNight,

    /// <summary>They had not looked for a long time.</summary>
    AfterPause,
}

/// <summary>Why a look stands first.</summary>
/// <param name="Kind">What is unusual about it.</param>
/// <param name="Look">The look.</param>
/// <param name="Before">When the patient ended the agreement, or when that person last looked; null where neither is told.</param>
/// <param name="Most">The most entries they saw at once before.</param>
public sealed record Remark(RemarkKind Kind, LedgerDeed Look, DateTimeOffset? Before = null, int Most = 0);
