using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Contributing;

/// <summary>Who writes into somebody else's record in their own name, as its readers are told.</summary>
internal static class Author
{
    /// <summary>The name of the caller, and who vouches for them where they work.</summary>
    public static async Task<string> OfAsync(HttpContext http, PeopleModule people, CancellationToken cancel)
    {
        var person = http.GetPerson();
        List<string> said = [person.DisplayName];
        foreach (var membership in person.Organisations.Where(static membership => membership.Verified is not null))
        {
            if (await people.Directory.FindOrganisationAsync(membership.Organisation, cancel) is { } organisation)
            {
                said.Add(organisation.Name);
            }
        }

        return string.Join(", ", said);
    }
}
