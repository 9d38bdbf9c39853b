using Rapport.Consent;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>A record of which something is shared with a recipient at this moment.</summary>
/// <param name="Patient">Whose.</param>
/// <param name="PatientName">The name the patient shares under.</param>
/// <param name="Until">When the last of it ends by itself; null when it does not.</param>
public sealed record SharedRecord(PatientId Patient, string PatientName, DateTimeOffset? Until)
{
    /// <summary>The agreements that are in force, newest first; none where they were written before there were such notes.</summary>
    public IReadOnlyList<SharedAgreement> Agreements { get; init; } = [];

    /// <summary>When the next agreement begins that is not in force yet; null where none will, or nothing is in force by which the record is found.</summary>
    public DateTimeOffset? Begins { get; init; }

    /// <summary>When the newest of them was made; null when that is not known.</summary>
    public DateTimeOffset? Since => Agreements is [var newest, ..] ? newest.Made : null;

    /// <summary>
    /// Whether the recipient is told that there may be more than they see. It depends on what the patient chose alone, never on whether there is more.
    /// </summary>
    public bool TellsOfMore => Agreements.Count == 0 || Agreements.Any(static agreement => agreement.TellsOfMore);
}

/// <summary>What a recipient is told of an agreement that names them: as it was agreed, whatever the record holds.</summary>
/// <param name="Id">Tells it from the others of the same patient.</param>
/// <param name="Made">When it was made or last changed.</param>
/// <param name="From">From when; null for from ever.</param>
/// <param name="Until">Until when, exclusive; null for no end.</param>
/// <param name="Purposes">HL7 purposes of use; none for any.</param>
/// <param name="Types">FHIR types; none for any.</param>
/// <param name="TellsOfMore">Whether recipients are told that there may be more.</param>
public sealed record SharedAgreement(
    string Id, DateTimeOffset Made, DateTimeOffset? From, DateTimeOffset? Until, IReadOnlyList<string> Purposes, IReadOnlyList<string> Types, bool TellsOfMore)
{
    /// <summary>How often they may look, and how often they did, where looks are counted; null where they are not.</summary>
    public CountedOpenings? Counted { get; init; }

    /// <summary>What the recipient may do for the patient: <see cref="Consent.ConsentAction"/>; none where they do not act for them.</summary>
    public IReadOnlyList<string> Acts { get; init; } = [];

    /// <summary>Whether they act because the patient is a child; false where it was written before there were such notes.</summary>
    public bool IsParental { get; init; }

    /// <summary>What the recipient may do beside seeing, in their own name: <see cref="Consent.ConsentAction"/>; none where they act for the patient, and where it was written before there were such notes.</summary>
    public IReadOnlyList<string> May { get; init; } = [];

    /// <summary>Who passed it on to the recipient; null where the patient shares it themselves.</summary>
    public string? PassedOnBy { get; init; }

    /// <summary>Whether it is of entries that were chosen, and not of all of some type; false where it was written before there were such notes.</summary>
    public bool IsOfChosen { get; init; }

    /// <summary>Whether what was chosen is all of one test, say, with what is still to come, and no single entries; false where it was written before there were such notes.</summary>
    public bool IsOfSeries { get; init; }

    /// <summary>Whether it is of what was sent along in a conversation; false where it was written before there were such notes.</summary>
    public bool IsAttached { get; init; }

    /// <summary>Whether the recipient opened the emergency door, and nobody agreed to anything; false where it was written before there were such notes.</summary>
    public bool IsEmergency { get; init; }

    /// <summary>The id of the question that the recipient is invited to give an opinion on; null where it is no such invitation.</summary>
    public string? OpinionOn { get; init; }
}

/// <summary>Some of the records of which something is shared with a recipient.</summary>
/// <param name="Records">By name.</param>
/// <param name="Next">Asks for more of them; null on the last page.</param>
public sealed record SharedPage(IReadOnlyList<SharedRecord> Records, PatientId? Next);
