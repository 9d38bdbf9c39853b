using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Circle;

namespace Rapport.Server.Pages.Acting.Carers;

/// <summary>Somebody who looks after a child, as the others see them.</summary>
/// <param name="Carer">As the record has it.</param>
/// <param name="Name">Their name.</param>
/// <param name="IsReader">Whether it is whoever looks.</param>
public sealed record CarerShown(Carer Carer, string Name, bool IsReader)
{
    /// <summary>The name of who let them in; null for who began the record.</summary>
    public string? LetInBy { get; init; }

    /// <summary>Whether whoever looks may take them out.</summary>
    public bool MayTakeOut { get; init; }
}

/// <summary>Somebody who was asked and has not answered.</summary>
/// <param name="Invitation">How.</param>
/// <param name="Name">Their name; null for whoever has the link.</param>
public sealed record CareAsked(CircleInvitation Invitation, string? Name)
{
    /// <summary>Whether whoever looks may take the question back.</summary>
    public bool MayTakeBack { get; init; }

    /// <summary>Whether somebody may take an invitation back: of a question to look after a child whoever asked, and whoever may take that one out; of every other one whoever keeps the circle.</summary>
    internal static async Task<bool> MayTakeBackAsync(CircleDesk desk, PeopleModule people, CircleInvitation? invitation, CancellationToken cancel) =>
        invitation is not { Care: not null } || desk.Guardian is not { } guardian || await MayTakeBackAsync(guardian, desk.Reader, people, invitation, cancel);

    /// <summary>Whether somebody who looks after the child may take a question to look after it back: whoever asked, and whoever may take that one out.</summary>
    internal static async Task<bool> MayTakeBackAsync(GuardianAccess guardian, Person reader, PeopleModule people, CircleInvitation invitation, CancellationToken cancel) =>
        invitation.By is not { } by || by == reader.Id
        || (await people.Accounts.FindAsync(by, cancel) is { } asker && (await guardian.Care.LookAsync(cancel)).MayTakeOut.Contains(asker.Reference));
}
