namespace Rapport.People.Tests;

/// <summary>People who are tied to each other by everything by which this module ties people: each table has a row.</summary>
/// <param name="Maya">A patient: Sam is in her circle and was invited by her, she refuses Mallory's requests and blocks her.</param>
/// <param name="Sam">Her son and emergency contact.</param>
/// <param name="Lee">Works at the clinic, asks her, and opened her emergency door.</param>
/// <param name="Mallory">Whom she refuses and blocks.</param>
/// <param name="Clinic">Where Lee works.</param>
internal sealed record Ties(Person Maya, Person Sam, Person Lee, Person Mallory, Organisation Clinic)
{
    internal static readonly RequestTerms Terms = new("care", ["results"], 3, "because");

    /// <summary>All of them.</summary>
    internal Person[] People => [Maya, Sam, Lee, Mallory];

    /// <summary>Every id that ties somebody.</summary>
    internal IEnumerable<string> Ids => [.. People.SelectMany(static person => new[] { person.Id.ToString(), person.Record!.Value.ToString() }), Clinic.Id.ToString()];

    internal static async Task<Ties> MakeAsync(PeopleModule people, Func<string, NewPerson> make, TimeProvider clock, CancellationToken cancel)
    {
        var ties = new Ties(
            await AddAsync("Maya"), await AddAsync("Sam"), await AddAsync("Dr Lee"), await AddAsync("Mallory"), Ok(await people.Directory.AddOrganisationAsync("Clinic of ties", cancel)));
        var (maya, sam, lee, mallory, clinic) = ties;
        Ok(await people.Directory.VouchAsync(clinic.Id, lee.Id, new Vouching { Role = "Cardiologist", Until = clock.GetUtcNow().AddMonths(3), VerifiedBy = "the clinic" }, cancel));
        lee = (await people.Accounts.FindAsync(lee.Id, cancel))!;
        Ok(await people.Circle.AddAsync(maya.Record!.Value, sam.Id, "son", cancel));
        Ok(await people.Requests.AskAsync(lee, maya.SignInName, Terms, cancel));
        Ok(await people.Requests.AskAsync(mallory, maya.SignInName, Terms, cancel));
        ReceivedRequest hers = Assert.Single(await people.Requests.ListReceivedAsync(maya, cancel), request => request.Asker.Id == mallory.Id);
        await people.Requests.RefuseAsync(maya, hers, tell: false, forGood: true, cancel);
        Ok(await people.Blocks.AddAsync(maya, mallory, cancel));
        Ok(await people.Emergencies.AnnounceAsync(maya, lee, "unconscious", [sam.Id], cancel));
        Ok(await people.Invitations.MakeAsync(maya, "friend", 7, cancel));
        await people.Notices.ChangeAsync(maya.Id, NoticesContract.Chosen, new NoticeState(), clock.GetUtcNow(), cancel);
        return ties;

        async Task<Person> AddAsync(string name) => Ok(await people.Accounts.AddAsync(make(name), cancel));
    }

    private static T Ok<T>(Result<T> result)
        where T : class
    {
        Assert.Null(result.Problem);
        return Assert.IsType<T>(result.Value);
    }
}
