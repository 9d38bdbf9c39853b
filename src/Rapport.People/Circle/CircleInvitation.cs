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
