using System.Net;
using Rapport.Consent;
using Rapport.Server.Pages.Acting.Carers;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Notices;

/// <summary>What concerns somebody who is asked to look after a child, or looks after it, done as people do it.</summary>
internal static class CareDeeds
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A child of whose circle the other parent is.</summary>
    public static async Task<Family> MoveInAsync(RunningServer server)
    {
        var family = await Family.MoveInAsync(server);
        await server.Modules.People.Circle.AddAsync(family.Record, family.Home.Patient.Person.Id, "family", Cancel);
        return family;
    }

    /// <summary>Who looks after the child asks somebody by name to do so too.</summary>
    public static async Task AskAsync(this Family family, RunningServer server, Resident who)
    {
        using var parent = await family.Parent.SignInAsync(server);
        using var asked = await parent.PostAsync(family.Acting + "/care/new", family.Acting + "/care/new", ("who", who.Person.Reference), ("role", Delegation.Parent), ("until", ""), ("mine", "on"));
        Assert.Equal(family.Acting + "/care?done=asked", asked.Headers.Location?.ToString());
    }

    /// <summary>Whoever was asked answers, by one of the places for it.</summary>
    public static async Task AnswerAsync(this Resident who, RunningServer server, string place)
    {
        using var visitor = await who.SignInAsync(server);
        var id = Assert.Single(await server.Modules.People.Invitations.CareAskedAsync(who.Person.Id, Cancel)).Invitation.Id.ToString();
        using var answered = await visitor.PostAsync("/account", place, ("id", id), ("lawful", "on"));
        Assert.Equal(HttpStatusCode.SeeOther, answered.StatusCode);
    }

    /// <summary>Who looks after the child takes somebody out whom they let in.</summary>
    public static async Task TakeOutAsync(this Family family, RunningServer server, Resident who)
    {
        using var parent = await family.Parent.SignInAsync(server);
        using var taken = await parent.PostAsync(family.Acting + "/care", family.Acting + "/care/out", ("who", who.Person.Reference));
        Assert.Equal(family.Acting + "/care?done=out", taken.Headers.Location?.ToString());
    }

    /// <summary>Whoever was taken out says that they know.</summary>
    public static async Task KnowAsync(this Resident who, RunningServer server, Family family)
    {
        using var visitor = await who.SignInAsync(server);
        using var seen = await visitor.PostAsync("/circle", CarePlaces.Seen, ("patient", family.Record.ToString()));
        Assert.Equal("/circle", seen.Headers.Location?.ToString());
    }
}
