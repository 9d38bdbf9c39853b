using Rapport.Data;

namespace Rapport.People;

/// <summary>An invitation into a patient's circle that is open. It opens nothing of the record.</summary>
/// <param name="Id">Names it to its patient; it opens nothing.</param>
/// <param name="Relationship">What whoever accepts is to the patient, in a word or two.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="EndsAt">From when on nobody can accept it.</param>
public sealed record CircleInvitation(LocalId Id, string Relationship, DateTimeOffset MadeAt, DateTimeOffset EndsAt)
{
    /// <summary>Who made it for a small child whom they look after; null where the patient did.</summary>
    public PersonId? By { get; init; }

    /// <summary>Their name.</summary>
    public string? ByName { get; init; }

    /// <summary>How whoever accepts is asked to look after the child too; null where they are invited into its circle alone. It opens nothing: that is agreed to in the record.</summary>
    public CareOffer? Care { get; init; }

    /// <summary>Whom alone it is for; null for whoever brings its secret first.</summary>
    public PersonId? For { get; init; }
}

/// <summary>How somebody is asked to look after a small child.</summary>
/// <param name="Role">As what: the HL7 code of the role.</param>
/// <param name="Until">From when on they do so no more, where it is for a while; null as long as the child is small.</param>
public sealed record CareOffer(string Role, DateTimeOffset? Until);

/// <summary>What one invitation is named by: the secret of a link, or its id, by which whom alone it is for answers it.</summary>
public sealed record InvitationMark
{
    private InvitationMark(string? secret, (LocalId Id, PersonId For)? kept) => (Secret, Kept) = (secret, kept);

    /// <summary>What stands in its link; null where it is named by its id.</summary>
    internal string? Secret { get; }

    /// <summary>Its id, and whom it is for; null where it is named by its secret.</summary>
    internal (LocalId Id, PersonId For)? Kept { get; }

    /// <summary>By what stands in its link.</summary>
    public static InvitationMark Of(string secret) => new(secret, null);

    /// <summary>By its id.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="whom">Who answers: to nobody else than whom it is for it names one.</param>
    public static InvitationMark Of(LocalId id, PersonId whom) => new(null, (id, whom));
}

/// <summary>An invitation that was just made, with its secret, which is told this once.</summary>
/// <param name="Invitation">The invitation.</param>
/// <param name="Secret">Whoever has it may accept.</param>
public sealed record NewCircleInvitation(CircleInvitation Invitation, string Secret);

/// <summary>An invitation as whoever brings its secret sees it.</summary>
/// <param name="Invitation">The invitation.</param>
/// <param name="Patient">Who invites.</param>
public sealed record BroughtInvitation(CircleInvitation Invitation, Person Patient)
{
    /// <summary>Whether somebody made it, or it is into their own circle: then it is not theirs to answer.</summary>
    public bool IsOwnOf(PersonId reader) => Patient.Id == reader || Invitation.By == reader;
}
