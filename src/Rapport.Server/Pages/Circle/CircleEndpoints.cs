using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.SharedWithMe;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Succession;

namespace Rapport.Server.Pages.Circle;

/// <summary>The people around somebody, on one page.</summary>
internal static class CircleEndpoints
{
    public static void MapCircle(this IEndpointRouteBuilder pages) => pages.MapGet(CirclePlaces.All, ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, PeopleModule people, ConversationDesk desk, TimeProvider clock, string? find, int? page, string? done, CancellationToken cancel)
    {
        var person = http.GetPerson();
        var own = await door.OpenOwnAsync(http, TokenScopes.Share);
        if (own is null && person.IsProfessional)
        {
            return TypedResults.LocalRedirect("/shared");
        }

        var now = clock.GetUtcNow();
        var shared = await door.SharedWithAsync(http);
        var left = own is null ? [] : await people.Circle.WhoLeftAsync(own.Patient, cancel);
        return new RazorComponentResult<CirclePage>(new Dictionary<string, object?>
        {
            [nameof(CirclePage.Person)] = person,
            [nameof(CirclePage.People)] = own is null ? null : await CirclePerson.AllAsync(
                people, own.Patient, person.Id, await Agreement.AllAsync(own, new Recipients(people), person.Id, now, cancel), await LedgerLooks.OfAsync(own, cancel), await LastMessages.OfAsync(desk, person, cancel), now, cancel),
            [nameof(CirclePage.Left)] = left,
            [nameof(CirclePage.NamedBefore)] = await NamedAsync(own, left, cancel),
            [nameof(CirclePage.MayHaveChildren)] = own is null || !await own.IsMinorAsync(cancel),
            [nameof(CirclePage.Done)] = done,
            [nameof(CirclePage.Shared)] = SharedList.Of([.. shared.Where(Purposes.IsShared)], find, page),
            [nameof(CirclePage.Acting)] = ActingList.Of(shared),
        });
    }

    /// <summary>Of these people, those who are named in the record for the case that the patient cannot decide any more.</summary>
    private static async Task<IReadOnlySet<PersonId>> NamedAsync(OwnAccess? own, IReadOnlyList<CircleMember> among, CancellationToken cancel)
    {
        HashSet<PersonId> named = [];
        foreach (var member in among)
        {
            if (own is not null && await SetSuccession.IsSetForAsync(own, member.Person, cancel))
            {
                named.Add(member.Person.Id);
            }
        }

        return named;
    }
}
