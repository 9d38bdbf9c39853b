using Rapport.Data;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>How an invitation to give an opinion stands.</summary>
public enum InvitationState
{
    /// <summary>They may look, and have not answered.</summary>
    Waiting,

    /// <summary>They gave their opinion; they see nothing any more.</summary>
    Answered,

    /// <summary>They declined.</summary>
    Declined,

    /// <summary>The patient withdrew it.</summary>
    Withdrawn,

    /// <summary>Its time passed without an answer.</summary>
    Over,
}

/// <summary>One invitation to give an opinion, as the patient sees it.</summary>
/// <param name="Consent">The agreement that it is.</param>
/// <param name="Professional">The reference by which it names whom it invites.</param>
/// <param name="Name">Their name as it was then.</param>
/// <param name="State">How it stands.</param>
/// <param name="At">When it was made, or what was last done about it.</param>
/// <param name="Opinion">Their opinion; null while there is none.</param>
/// <param name="OpinionEntry">The FHIR reference of the opinion in the record; null while there is none.</param>
public sealed record Invitation(StoredConsent Consent, string Professional, string Name, InvitationState State, DateTimeOffset At, Opinion? Opinion, string? OpinionEntry)
{
    /// <summary>The local id of the agreement.</summary>
    public LocalId Id => LocalId.Parse(Consent.Entry.Id.AsSpan(PatientId.TextLength + 1));
}

/// <summary>A question and all whom the patient asked, as the patient sees them.</summary>
/// <param name="Question">The question.</param>
/// <param name="Invitations">In the order in which they were asked.</param>
public sealed record OpinionCase(OpinionQuestion Question, IReadOnlyList<Invitation> Invitations)
{
    /// <summary>The opinions that were given, in the order of the invitations.</summary>
    public IReadOnlyList<Invitation> Answered => [.. Invitations.Where(static invitation => invitation.Opinion is not null)];

    /// <summary>Where the opinions agree and where they do not; null while there are fewer than two.</summary>
    public OpinionComparison? Comparison => OpinionComparison.Of([.. Answered.Select(static invitation => invitation.Opinion!)]);
}
