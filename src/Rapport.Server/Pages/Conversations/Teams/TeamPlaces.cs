using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Conversations.Teams;

/// <summary>Where what a care team keeps of its own stands.</summary>
internal static class TeamPlaces
{
    /// <summary>Who of a team is away.</summary>
    public static string AwayOf(CareTeamId team) => $"{TalkPlaces.Teams}/{team}/away";

    /// <summary>Words that a team uses again and again.</summary>
    public static string TemplatesOf(CareTeamId team) => $"{TalkPlaces.Teams}/{team}/templates";

    /// <summary>How a team does.</summary>
    public static string FiguresOf(CareTeamId team) => $"{TalkPlaces.Teams}/{team}/figures";

    /// <summary>The team of an address, where the caller is in it now; null else.</summary>
    public static CareTeamId? TeamOf(HttpContext http, string team) =>
        CareTeamId.TryParse(team, out var id) && http.GetPerson().RecipientReferences.Contains(id.Reference) ? id : null;

    /// <summary>What a team is called by whoever is in it.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<string> TitleAsync(HttpContext http, PeopleModule people, CareTeamId team, CancellationToken cancel) =>
        (await new Recipients(people).ResolveAsync(team.Reference, http.GetPerson().Id, cancel))?.Title ?? "";
}
