using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Circle.Childs;

/// <summary>The people around a small child, for whoever looks after it: each of its parents sees the same.</summary>
internal static class ChildsCircleEndpoints
{
    public static void MapChildsCircle(this IEndpointRouteBuilder pages) => pages.MapGet(CirclePlace.ChildsHome, ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, TalkDoor talks, PeopleModule people, TimeProvider clock, string? done, CancellationToken cancel)
    {
        if (await CircleDesk.OpenAsync(http, door, people) is not { Guardian: { } guardian } desk)
        {
            return TypedResults.NotFound();
        }

        var now = clock.GetUtcNow();
        var around = await CirclePerson.AllAsync(
            people, guardian.Patient, desk.Patient.Id, await ChildsAgreements.AllAsync(guardian, people, desk.Patient.Id, now, cancel), LedgerLooks.Of(await guardian.HistoryAsync(cancel)),
            await LastMessages.OfAsync(talks.Desk, await talks.OpenAsync(http), desk.Patient, cancel), now, cancel);
        var (recipients, parents) = (new Recipients(people), await desk.ParentsAsync(cancel));
        List<ChildsCirclePerson> shown = [];
        foreach (var person in around)
        {
            var isReader = person.Choice.References.Any(desk.Reader.RecipientReferences.Contains) && person.Choice.Kind == RecipientKind.Person;
            var isParent = parents.Any(person.Choice.IsNamed);
            shown.Add(new ChildsCirclePerson(person with { Contact = isReader ? new LastContact(null, null, false) : person.Contact with { Child = guardian.PatientName } }, isReader, isParent)
            {
                // Whoever looks after the child writes to those whom they could find themself.
                CanWrite = !isReader && Conversations.NewTalkForm.MayTalk(person.Choice) && await recipients.ResolveAsync(person.Choice.Reference, desk.Reader.Id, cancel) is not null,
                Block = !isReader && !isParent && person.Choice.Kind == RecipientKind.Person ? people.Introductions.Of(desk.Reader.Id, person.Choice.Reference) : null,
            });
        }

        return new RazorComponentResult<ChildsCirclePage>(new Dictionary<string, object?>
        {
            [nameof(ChildsCirclePage.Place)] = desk.Place,
            [nameof(ChildsCirclePage.Child)] = guardian.Patient,
            [nameof(ChildsCirclePage.People)] = shown,
            [nameof(ChildsCirclePage.Left)] = await people.Circle.WhoLeftAsync(guardian.Patient, cancel),
            [nameof(ChildsCirclePage.Done)] = done,
        });
    }
}

/// <summary>Somebody around a child, as whoever looks after it sees them.</summary>
/// <param name="Person">Who, with what they may see.</param>
/// <param name="IsReader">Whether it is whoever looks.</param>
/// <param name="IsParent">Whether they act for the child as a parent or guardian.</param>
public sealed record ChildsCirclePerson(CirclePerson Person, bool IsReader, bool IsParent)
{
    /// <summary>Whether a conversation with them about the child can be begun from here.</summary>
    public bool CanWrite { get; init; }

    /// <summary>What leads to blocking them for the child; null for who is not blocked for it.</summary>
    public string? Block { get; init; }
}
