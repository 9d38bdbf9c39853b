using System.Collections.ObjectModel;

namespace Rapport.Records;

/// <summary>Why a part of a source was not taken. Pages say it in their reader's language.</summary>
public enum NotTakenReason
{
    /// <summary>Rapport does not know this kind of content.</summary>
    UnknownKind,

    /// <summary>The source says that it is not known, does not apply or was not done (a null flavour, a negation), so there is no fact to keep.</summary>
    SaysNothing,

    /// <summary>What it is about cannot be told: no code and no words.</summary>
    NoMeaning,

    /// <summary>It has no time, and means nothing without one.</summary>
    NoTime,

    /// <summary>It has no value, or one that cannot be read.</summary>
    NoValue,

    /// <summary>Its unit is not known, or does not fit what is measured.</summary>
    UnknownUnit,

    /// <summary>It cannot be a fact about a living person: a pulse of 9,000.</summary>
    Implausible,

    /// <summary>The same stands elsewhere in the source.</summary>
    Repeated,

    /// <summary>It is about how the file was made or sent, not about the patient.</summary>
    NotAboutPatient,

    /// <summary>It is about somebody else.</summary>
    SomebodyElse,

    /// <summary>It is damaged: cut off, or not in the form it says it has.</summary>
    Damaged,

    /// <summary>It is larger than what is read.</summary>
    TooLarge,

    /// <summary>What it became is no valid FHIR R4.</summary>
    NotValid,

    /// <summary>It is no data but an access to a server elsewhere, which Rapport does not use.</summary>
    AccessElsewhere,
}

/// <summary>Parts of a source that were not taken, alike ones together.</summary>
/// <param name="What">What it is, in the source's own words.</param>
/// <param name="Why">Why it was not taken.</param>
/// <param name="Where">Where the first of them stands, by the format's own path or line.</param>
/// <param name="Count">How many there are.</param>
public sealed record NotTaken(string What, NotTakenReason Why, string Where, int Count);

/// <summary>Whether what a health card says is known to be its issuer's word. What is plainly not is not taken at all.</summary>
public enum CardStanding
{
    /// <summary>It is signed by the issuer, whom the installation knows.</summary>
    Verified,

    /// <summary>The installation does not know the issuer: what it says is stated, not verified.</summary>
    IssuerUnknown,

    /// <summary>The installation knows the issuer, not the key that it is signed with: what it says is stated, not verified.</summary>
    KeyUnknown,
}

/// <summary>Why a health card was not taken.</summary>
public enum CardRefusal
{
    /// <summary>The issuer is known and the signature is not theirs: it was changed, or made by somebody else.</summary>
    Forged,

    /// <summary>The issuer took it back.</summary>
    TakenBack,

    /// <summary>It holds only from a later day on.</summary>
    NotYet,
}

/// <summary>A health card, and how it stands.</summary>
/// <param name="Issuer">The URL of who it says issued it.</param>
/// <param name="Standing">Whether that is known to be so.</param>
public sealed record CardReport(string Issuer, CardStanding Standing)
{
    /// <summary>Until when it says it holds, as FHIR writes it; null for ever.</summary>
    public string? Expires { get; init; }

    /// <summary>Whether that was over when it was taken.</summary>
    public bool IsExpired { get; init; }

    /// <summary>Whether it was looked for among what the issuer took back.</summary>
    public bool IsRevocationChecked { get; init; }

    /// <summary>Why it was not taken; null when it was.</summary>
    public CardRefusal? Refused { get; init; }
}

/// <summary>That a source came by a SMART Health Link.</summary>
/// <param name="Host">The name of the server that had it.</param>
/// <param name="MayChange">Whether the link may give something else later: what was taken is how it was then.</param>
public sealed record LinkReport(string Host, bool MayChange);

/// <summary>What was in a source: what was taken, what was not and why, and what such sources usually have and this one lacks.</summary>
public sealed record SourceReport
{
    /// <summary>The short name of the format: <c>fhir</c>, <c>ccda</c>, <c>apple-health</c>, <c>fit</c> …</summary>
    public required string Format { get; init; }

    /// <summary>How many entries were made or known already, by FHIR type.</summary>
    public IReadOnlyDictionary<string, int> Taken { get; init; } = ReadOnlyDictionary<string, int>.Empty;

    /// <summary>What was not taken.</summary>
    public IReadOnlyList<NotTaken> NotTaken { get; init; } = [];

    /// <summary>How many points of dense series the source has, by metric.</summary>
    public IReadOnlyDictionary<string, long> Series { get; init; } = ReadOnlyDictionary<string, long>.Empty;

    /// <summary>Kinds that such a source usually has and this one lacks, as the format's short words: <c>notes</c>, <c>ecg</c>.</summary>
    public IReadOnlyList<string> Lacks { get; init; } = [];

    /// <summary>The health cards in it, and whether each is verified.</summary>
    public IReadOnlyList<CardReport> Cards { get; init; } = [];

    /// <summary>The SMART Health Link that it came by; null when it came otherwise.</summary>
    public LinkReport? Link { get; init; }

    /// <summary>Whether only the good part of a damaged source was taken, because the patient asked for that.</summary>
    public bool IsPartial { get; init; }
}
